# `residuals(coxph)`, `cox.zph`, `concordance(coxph)`
suppressPackageStartupMessages(library(survival))
options(warn = -1)

FROM_0 <- Surv(exit, event) ~ x1 + x2 + x3 + strata(stratum) + offset(offset)
LATE <- Surv(entry, exit, event) ~ x1 + x2 + x3 + strata(stratum) + offset(offset)
control <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)

for (name in names(tables)) {
  d <- transform(tables[[name]], weight = as.numeric(weight))  # cox.zph stops at whole numbers
  for (ties in c("efron", "breslow")) {
    MODEL <- if (any(d$entry > 0)) LATE else FROM_0
    f <- coxph(MODEL, d, ties = ties, weights = weight, robust = FALSE, control = control)
    # By default R multiplies the weight into dfbeta, and into no other.
    for (kind in c("martingale", "deviance", "score", "dfbeta", "dfbetas"))
      answer(name, ties, kind, values = residuals(f, kind, weighted = FALSE))
    s <- residuals(f, "schoenfeld")
    answer(name, ties, "schoenfeld", values = apply(s, 2, sort))  # the order within a day is each one's own
    for (transform in c("km", "rank", "identity", "log")) {
      z <- cox.zph(f, transform)
      answer(name, ties, "proportional", transform, values = z$table[, c("chisq", "p")])
      answer(name, ties, "clock", transform, values = sort(z$x))
    }
    answer(name, ties, "effect by event", values = apply(z$y, 2, sort))
    k <- concordance(f)
    answer(name, ties, "concordance", values = c(k$concordance, k$concordance + c(-1, 1) * qnorm(.975) * sqrt(k$var)))
    g <- coxph(MODEL, d, ties = ties, weights = weight, cluster = cluster, control = control)
    k <- concordance(g)
    answer(name, ties, "concordance by cluster", values = c(k$concordance, k$concordance + c(-1, 1) * qnorm(.975) * sqrt(k$var)))
  }
}
