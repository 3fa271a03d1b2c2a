# `lm`, `predict(se.fit = TRUE)` and `glm(binomial)`: what sets of one column filled in are on the average
for (name in names(tables)) {
  d <- tables[[name]]
  lacks <- seq_len(nrow(d)) %% 3 == 0
  # A number: its mean is the prediction, its spread that of a prediction by t.
  fit <- lm(edss ~ age + relapses + female + treated, d[!lacks, ])
  told <- predict(fit, d[lacks, ], se.fit = TRUE)
  df <- fit$df.residual
  answer(name, "mean", values = told$fit[1:5])
  answer(name, "spread", values = (sqrt((told$se.fit^2 + told$residual.scale^2) * df / (df - 2)))[1:5])
  # Of 0 and 1 the chance, over what the coefficients may be.
  fit <- glm(female ~ age + edss + relapses + treated, binomial, d[!lacks, ])
  x <- model.matrix(fit$formula, d)[lacks, ][1:5, ]
  eta <- as.vector(x %*% coef(fit)); se <- sqrt(diag(x %*% vcov(fit) %*% t(x)))
  over <- function(e, s) integrate(function(z) plogis(e + s * z) * dnorm(z), -8, 8, rel.tol = 1e-10)$value
  answer(name, "chance", values = mapply(over, eta, se))
}
