# `survfit(Surv(exit, factor))`, `cmprsk::cuminc`
suppressPackageStartupMessages({
  library(survival)
  library(cmprsk)
})

for (name in names(tables)) {
  d <- tables[[name]]
  kinds <- sort(unique(d$cause[d$cause > 0]))
  d$state <- factor(d$cause, c(0, kinds))
  d$id <- seq_len(nrow(d))
  plain <- all(d$entry == 0)
  curve_of <- function(...)
    if (plain) survfit(Surv(exit, state) ~ 1, d, weights = weight, ...)
    else survfit(Surv(entry, exit, state) ~ 1, d, weights = weight, id = id, ...)
  f <- curve_of()
  had <- rowSums(f$n.event[, -1, drop = FALSE]) > 0
  answer(name, "free", values = f$pstate[had, 1])
  for (kind in kinds) {
    answer(name, "incidence", kind, values = f$pstate[had, kind + 1])
    answer(name, "error", "survfit", kind, values = f$std.err[had, kind + 1])
    at <- f$time[f$n.event[, kind + 1] > 0]
    at <- unique(at[ceiling(length(at) * c(.2, .5, .9))])
    for (interval in c("plain", "log", "log-log")) {
      s <- summary(curve_of(conf.type = interval), times = at)
      for (i in seq_along(at))
        answer(name, "at day", kind, at[i], interval, values = c(s$pstate[i, kind + 1], s$lower[i, kind + 1], s$upper[i, kind + 1]))
    }
    if (!plain) next
    g <- cuminc(d$exit, d$cause)[[paste(1, kind)]]
    # Steps are written as two points each: the second is the one from this day on.
    days <- sort(unique(d$exit[d$cause == kind]))
    answer(name, "error", "cmprsk", kind, values = sqrt(g$var[sapply(days, function(day) max(which(g$time == day)))]))
  }
}
