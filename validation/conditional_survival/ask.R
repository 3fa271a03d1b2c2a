# `survfit(start.time = )`, half a day later for R counts an event on the day itself: shares, variance of the log, limits
suppressPackageStartupMessages(library(survival))
for (name in c("ties", "trial_of_24", "late_entry", "three_groups", "whole_weights")) {
  d <- followed(tables[[name]])
  since <- floor(median(d$exit) / 2)
  f <- survfit(Surv(entry, exit, event) ~ 1, d, weights = d$weight, robust = FALSE, start.time = since + 0.5, conf.type = "log-log")
  later <- f$time[f$time > since & f$n.event > 0 & f$surv > 0]
  for (day in unique(later[round(seq(1, length(later), length.out = min(4, length(later))))])) {
    at <- match(day, f$time)
    answer(name, since, day, values = c(f$surv[at], f$std.err[at]^2, f$lower[at], f$upper[at]))
  }
}
