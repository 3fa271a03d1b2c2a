# `survreg(Surv(type = "interval2"), dist = "weibull")` as proportional hazards; the spline likelihood by `optim`, `numDeriv`
suppressPackageStartupMessages({
  library(survival)
  library(numDeriv)
})

# Coefficients of log time become those of the log hazard: all over minus the scale, and their covariance with them.
weibull <- function(d, formula, w = 1) {
  d$w <- w
  fit <- survreg(formula, d, weights = w, dist = "weibull", control = survreg.control(rel.tolerance = 1e-12, maxiter = 100))
  s <- fit$scale
  b <- coef(fit)
  theta <- c(-b[1] / s, 1 / s, -b[-1] / s)
  J <- matrix(0, length(theta), length(b) + 1)
  J[1, 1] <- -1 / s
  J[cbind(seq_along(b)[-1] + 1, seq_along(b)[-1])] <- -1 / s
  J[, length(b) + 1] <- -theta
  list(theta = theta, covariance = J %*% vcov(fit) %*% t(J), value = fit$loglik[2])
}
# Royston and Parmar's, written out: columns of the natural cubic spline of log time.
columns <- function(x, k) {
  p <- function(z) pmax(z, 0)^3
  n <- length(k)
  inner <- sapply(k[-c(1, n)], function(at) {
    share <- (k[n] - at) / (k[n] - k[1])
    p(x - at) - share * p(x - k[1]) - (1 - share) * p(x - k[n])
  })
  cbind(1, x, matrix(inner, length(x)))
}
spline <- function(d, x, days, near) {
  k <- log(days)
  low <- ifelse(d$low > 0, d$low, 1)
  high <- ifelse(is.finite(d$high), d$high, 1)
  step <- 1e-5
  steep <- (columns(log(high) + step, k) - columns(log(high) - step, k)) / (2 * step)
  m <- length(days)
  value <- function(theta) {
    beta <- x %*% theta[-seq_len(m)]
    a <- ifelse(d$low > 0, exp(columns(log(low), k) %*% theta[seq_len(m)] + beta), 0)
    b <- ifelse(is.finite(d$high), exp(columns(log(high), k) %*% theta[seq_len(m)] + beta), Inf)
    rise <- steep %*% theta[seq_len(m)]
    on_day <- d$low == d$high
    if (any(a[!on_day] >= b[!on_day]) || any(rise[on_day] <= 0)) return(-1e10)
    sum(log(exp(-a[!on_day]) - exp(-b[!on_day]))) + sum((log(b * rise / high) - b)[on_day])
  }
  # From the Weibull distribution, which it is where nothing bends.
  found <- c(near[1:2], rep(0, m - 2), near[-(1:2)])
  for (again in 1:6)
    found <- optim(found, value, method = "BFGS", control = list(fnscale = -1, reltol = 1e-15, maxit = 2000, parscale = pmax(abs(found), 0.01)))$par
  # In units in which the likelihood bends by about 1 every way, differences are as exact as they can be.
  for (again in 1:4) {
    unit <- solve(chol(-hessian(value, found)))
    near <- function(z) value(found + drop(unit %*% z))
    bends <- hessian(near, rep(0, length(found)), method.args = list(eps = 0.05, r = 6))
    found <- found - drop(unit %*% solve(bends, grad(near, rep(0, length(found)), method.args = list(eps = 0.01, r = 6))))
  }
  list(theta = found, covariance = unit %*% solve(-bends) %*% t(unit), value = value(found))
}
told <- function(name, model, fit) {
  answer(name, model, "theta", values = fit$theta)
  answer(name, model, "errors", values = sqrt(diag(fit$covariance)))
  answer(name, model, "log likelihood", values = fit$value)
}

for (name in names(tables)) {
  d <- tables[[name]]
  d$low <- d$last_free
  d$high <- ifelse(d$seen == 1e6, Inf, d$seen)
  y <- Surv(ifelse(d$low > 0, d$low, NA), ifelse(is.finite(d$high), d$high, NA), type = "interval2")
  fit <- weibull(d, y ~ arm + age)
  told(name, "weibull", fit)
  half <- qnorm(0.975) * sqrt(diag(fit$covariance))[3]
  answer(name, "weibull", "hazard ratio", values = exp(fit$theta[3] + c(0, -half, half)))
  told(name, "weighted", weibull(d, y ~ arm + age, d$weight))
  told(name, "alone", weibull(d, y ~ 1))
  told(name, "spline", spline(d, cbind(d$arm, d$age), c(60, 300, 1200), fit$theta))
  told(name, "two inner knots", spline(d, cbind(d$arm), c(60, 250, 600, 1200), weibull(d, y ~ arm)$theta))
}
