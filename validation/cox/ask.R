# `coxph(ties = "efron", "breslow", "exact")`, `cluster =`, `strata()`, `offset()`, `summary`, `coxph.control(eps = 1e-12)`
suppressPackageStartupMessages(library(survival))
options(warn = -1)  # R says of an eps below its own tolerance what we know

FROM_0 <- Surv(exit, event) ~ x1 + x2 + x3 + strata(stratum) + offset(offset)
LATE <- Surv(entry, exit, event) ~ x1 + x2 + x3 + strata(stratum) + offset(offset)
# With late entry R goes through every set of those with the event; with more ties than these it does not end.
MOST_TIED <- 3
control <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)

for (name in names(tables)) {
  d <- tables[[name]]
  late <- any(d$entry > 0)
  MODEL <- if (late) LATE else FROM_0
  too_many <- late && max(with(d[d$event == 1, ], table(stratum, exit))) > MOST_TIED
  for (ties in c("efron", "breslow", "exact")) {
    if (ties == "exact" && (any(d$weight != 1) || too_many)) next
    f <- if (ties == "exact") coxph(MODEL, d, ties = ties, control = control)
         else coxph(MODEL, d, ties = ties, weights = weight, robust = FALSE, control = control)
    answer(name, ties, "coefficients", values = f$coefficients)
    answer(name, ties, "covariance", values = f$var)
    answer(name, ties, "log likelihoods", values = f$loglik)
    answer(name, ties, "score test", values = c(f$score, pchisq(f$score, 3, lower.tail = FALSE)))
    answer(name, ties, "likelihood-ratio test", values = c(2 * diff(f$loglik), pchisq(2 * diff(f$loglik), 3, lower.tail = FALSE)))
    answer(name, ties, "Wald test", values = c(f$wald.test, pchisq(f$wald.test, 3, lower.tail = FALSE)))
    for (level in LEVELS)
      answer(name, ties, "hazard ratio", level, values = exp(f$coefficients[1] + c(0, -1, 1) * qnorm(1 - (1 - as.numeric(level)) / 2) * sqrt(f$var[1, 1])))
    if (ties == "exact") next
    g <- coxph(MODEL, d, ties = ties, weights = weight, cluster = cluster, control = control)
    answer(name, ties, "covariance by cluster", values = g$var)
    answer(name, ties, "Wald of x1 by cluster", values = c(g$coefficients[1]^2 / g$var[1, 1], 2 * pnorm(-abs(g$coefficients[1]) / sqrt(g$var[1, 1]))))
    g <- coxph(MODEL, d, ties = ties, weights = weight, cluster = seq_len(nrow(d)), control = control)
    answer(name, ties, "covariance by row", values = g$var)
  }
}
