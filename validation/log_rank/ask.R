# `survdiff`; score test of `coxph(ties = "exact")`
# With late entry the score test is the same statistic, and the only way that survival offers.
suppressPackageStartupMessages(library(survival))

plain <- function(formula, d) {
  s <- survdiff(formula, d)
  df <- sum((if (is.matrix(s$exp)) rowSums(s$exp) else s$exp) > 0) - 1
  c(s$chisq, df, pchisq(s$chisq, df, lower.tail = FALSE))
}
score <- function(formula, d) {
  # At the start (no step taken) the score test is the log-rank test; coxph warns that it has not converged.
  f <- suppressWarnings(coxph(formula, d, ties = "exact", control = coxph.control(iter.max = 0)))
  df <- length(f$coefficients)
  c(f$score, df, pchisq(f$score, df, lower.tail = FALSE))
}

for (name in names(tables)) {
  d <- followed(tables[[name]])
  if (sum(d$event) == 0) next
  if (any(d$entry > 0)) {
    answer(name, "log-rank", values = score(Surv(entry, exit, event) ~ group, d))
    answer(name, "stratified log-rank", values = score(Surv(entry, exit, event) ~ group + strata(stratum), d))
  } else {
    s <- survdiff(Surv(exit, event) ~ group, d)
    answer(name, "observed", values = s$obs)
    answer(name, "expected", values = s$exp)
    answer(name, "covariance", values = s$var)
    answer(name, "log-rank", values = plain(Surv(exit, event) ~ group, d))
    if (length(unique(d$stratum)) > 1)
      answer(name, "stratified log-rank", values = plain(Surv(exit, event) ~ group + strata(stratum), d))
  }
}
