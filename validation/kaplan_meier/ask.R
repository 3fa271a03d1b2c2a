# `survfit`, `summary`, `quantile`
suppressPackageStartupMessages(library(survival))

curve_of <- function(d, ...) {
  if (any(d$entry > 0)) survfit(Surv(entry, exit, event) ~ 1, d, weights = d$weight, robust = FALSE, ...)
  else survfit(Surv(exit, event) ~ 1, d, weights = d$weight, robust = FALSE, ...)
}

for (name in names(tables)) {
  d <- followed(tables[[name]])
  f <- curve_of(d, conf.type = "none")
  answer(name, "days", values = f$time)
  answer(name, "at risk", values = f$n.risk)
  answer(name, "events", values = f$n.event)
  answer(name, "censored", values = f$n.censor)
  answer(name, "survival", values = f$surv)
  answer(name, "greenwood", values = f$std.err^2)
  last <- max(f$time)
  # Days with an exit, where numbers at risk have one meaning with late entry too; and one past the follow-up.
  at <- sort(unique(c(f$time[ceiling(length(f$time) * c(.1, .25, .5, .75, 1))], last + 1)))
  for (level in LEVELS) for (interval in INTERVALS) {
    f <- curve_of(d, conf.type = interval, conf.int = as.numeric(level))
    answer(name, "low", interval, level, values = f$lower)
    answer(name, "high", interval, level, values = f$upper)
    s <- summary(f, times = at)
    for (i in seq_along(s$time))
      answer(name, "at day", s$time[i], interval, level,
             values = c(s$surv[i], s$lower[i], s$upper[i], s$n.risk[i], sum(s$n.event[1:i])))
    for (p in c("0.25", "0.5", "0.75")) {
      q <- quantile(f, as.numeric(p))
      answer(name, "quantile", p, interval, level, values = c(q$quantile, q$lower, q$upper))
    }
    d$ended <- 1 - d$event
    r <- if (any(d$entry > 0)) survfit(Surv(entry, exit, ended) ~ 1, d, conf.type = interval, conf.int = as.numeric(level))
         else survfit(Surv(exit, ended) ~ 1, d, conf.type = interval, conf.int = as.numeric(level))
    q <- quantile(r, 0.5)
    answer(name, "follow-up", interval, level, values = c(q$quantile, q$lower, q$upper))
  }
}
