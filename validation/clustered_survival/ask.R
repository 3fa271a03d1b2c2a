# `survfit(cluster = )`, `survfit(robust = TRUE)`, `summary`, `print`; `residuals(survfit, type = "auc")`
# Of the restricted mean: these influences, summed by cluster, squared and summed.
suppressPackageStartupMessages(library(survival))

curve_of <- function(d, ...) {
  asked <<- d  # residuals(survfit) looks for the rows again, by name and at the top level
  if (any(d$entry > 0)) return(survfit(Surv(entry, exit, event) ~ 1, asked, weights = weight, cluster = cluster, ...))
  # Every row its own cluster is what R means by robust = TRUE alone.
  if (!anyDuplicated(d$cluster)) return(survfit(Surv(exit, event) ~ 1, asked, weights = weight, robust = TRUE, ...))
  survfit(Surv(exit, event) ~ 1, asked, weights = weight, cluster = cluster, ...)
}
mean_of <- function(d, horizon) unname(survival:::survmean(curve_of(d), rmean = horizon)$matrix["rmean"])
influences_of <- function(d, horizon) {
  if (sum(d$event) == 0) return(rep(0, nrow(d)))  # residuals(survfit) stops where nobody has the event
  residuals(curve_of(d), times = horizon, type = "auc", weighted = TRUE)
}
error_of <- function(influences, cluster) sqrt(sum(rowsum(as.vector(influences), cluster)^2))
# Where the curve is at 0, R's plain limits are 0 to 0; we give none, as R does for the other kinds.
without_zero <- function(f) {
  f$lower[f$surv == 0] <- NA
  f$upper[f$surv == 0] <- NA
  f
}

for (name in names(tables)) {
  d <- followed(tables[[name]])
  f <- curve_of(d, conf.type = "none")
  answer(name, "survival", values = f$surv)
  answer(name, "standard error", values = f$std.err)
  at <- sort(unique(f$time[ceiling(length(f$time) * c(.25, .5, .75))]))
  for (level in LEVELS) for (interval in INTERVALS) {
    f <- without_zero(curve_of(d, conf.type = interval, conf.int = as.numeric(level)))
    answer(name, "low", interval, level, values = f$lower)
    answer(name, "high", interval, level, values = f$upper)
    s <- summary(f, times = at)
    for (i in seq_along(s$time))
      answer(name, "at day", s$time[i], interval, level,
             values = c(s$surv[i], s$lower[i], s$upper[i], sum(s$n.event[1:i])))
    # As printed: quantile(survfit) sorts the limits first, and those of the jackknife often rise again.
    median <- survival:::survmean(f, rmean = "none")$matrix
    answer(name, "median", interval, level, values = median[c("median", paste0(level, c("LCL", "UCL")))])
  }
  for (horizon in c(floor(max(d$exit) / 3), floor(max(d$exit) / 2), max(d$exit)))
    answer(name, "restricted mean", horizon,
           values = c(mean_of(d, horizon), error_of(influences_of(d, horizon), d$cluster)))
  a <- d[d$group == "a", ]
  b <- d[d$group == "b", ]
  horizon <- min(max(a$exit), max(b$exit))
  error <- error_of(c(influences_of(a, horizon), -influences_of(b, horizon)), c(a$cluster, b$cluster))
  difference <- mean_of(a, horizon) - mean_of(b, horizon)
  for (level in LEVELS) {
    spread <- qnorm(1 - (1 - as.numeric(level)) / 2) * error
    limits <- if (error < 1e-9) c(NA, NA, NA) else c(difference + c(-1, 1) * spread, 2 * pnorm(-abs(difference / error)))
    answer(name, "difference", horizon, level, values = c(difference, limits))
  }
}
