# `survfit(coxph, newdata = )`, `summary(times = )`, `basehaz(centered = FALSE)`; its average over everybody
suppressPackageStartupMessages(library(survival))
options(warn = -1)

# `survfit` stops at strata() where there is one.
model_of <- function(d) as.formula(paste0("Surv(", if (any(d$entry > 0)) "entry, ", "exit, event) ~ x1 + x2 + x3",
                                          if (length(unique(d$stratum)) > 1) " + strata(stratum)"))
control <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)

for (name in setdiff(names(tables), "offsets")) {
  d <- tables[[name]]
  for (ties in c("efron", "breslow")) {
    MODEL <- model_of(d)
    f <- coxph(MODEL, d, ties = ties, weights = weight, robust = FALSE, control = control)
    g <- coxph(MODEL, d, ties = ties, weights = weight, cluster = cluster, control = control)
    for (stratum in sort(unique(d$stratum))) {
      somebody <- data.frame(x1 = 1, x2 = 45.5, x3 = 2, stratum = stratum)
      s <- survfit(f, newdata = somebody)
      had <- s$n.event > 0
      answer(name, ties, stratum, "survival", values = s$surv[had])
      answer(name, ties, stratum, "error of hazard", values = s$std.err[had])
      answer(name, ties, stratum, "error of hazard by cluster", values = survfit(g, newdata = somebody)$std.err[had])
      b <- survfit(f, newdata = data.frame(x1 = 0, x2 = 0, x3 = 0, stratum = stratum))
      answer(name, ties, stratum, "baseline hazard", values = b$cumhaz[had])
      # From the first event on: before it we give no limits.
      at <- unique(s$time[had][ceiling(sum(had) * c(.2, .5, .9))])
      for (interval in INTERVALS) {
        t <- summary(survfit(f, newdata = somebody, conf.type = interval), times = at)
        for (i in seq_along(at)) answer(name, ties, stratum, "at day", at[i], interval, values = c(t$surv[i], t$lower[i], t$upper[i]))
      }
    }
    # People are those from day 0: pieces that begin later are of the same people.
    d0 <- d[order(d$entry), ]
    d0 <- if (name == "start_stop") d0[!duplicated(d0$cluster), ] else d
    day <- floor(min(tapply(d$exit, d$stratum, max)) / 2)
    mean_at <- function(arm) {
      free <- sapply(seq_len(nrow(d0)), function(i) {
        s <- survfit(f, newdata = transform(d0[i, ], x1 = arm), se.fit = FALSE)
        c(1, s$surv)[findInterval(day, s$time) + 1]
      })
      weighted.mean(free, d0$weight)
    }
    answer(name, ties, "standardised", day, values = c(mean_at(0), mean_at(1), mean_at(1) - mean_at(0)))
  }
}
