# `cox.zph`, and `ns` with `lm` as in `plot(cox.zph)`
suppressPackageStartupMessages({library(survival); library(splines)})
options(warn = -1)

FROM_0 <- Surv(exit, event) ~ x1 + x2 + x3 + strata(stratum) + offset(offset)
LATE <- Surv(entry, exit, event) ~ x1 + x2 + x3 + strata(stratum) + offset(offset)
control <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)

for (name in names(tables)) {
  d <- transform(tables[[name]], weight = as.numeric(weight))
  if (any(d$weight != 1)) next
  f <- coxph(if (any(d$entry > 0)) LATE else FROM_0, d, ties = "efron", control = control)
  for (transform in c("km", "identity")) {
    z <- cox.zph(f, transform)
    at <- sort(unique(z$x))
    for (df in 2:4) {
      knots <- quantile(z$x, seq(0, 1, length.out = df))
      if (length(at) <= df || any(duplicated(knots))) next
      basis <- function(x) ns(x, knots = knots[-c(1, df)], Boundary.knots = knots[c(1, df)], intercept = TRUE)
      for (i in 1:3) {
        fit <- lm(z$y[, i] ~ basis(z$x) - 1)
        half <- qnorm(.975) * sqrt(z$var[i, i] * rowSums((basis(at) %*% summary(fit)$cov.unscaled) * basis(at)))
        line <- basis(at) %*% coef(fit)
        answer(name, transform, df, paste0("x", i), values = c(line, line - half, line + half))
      }
    }
  }
}
