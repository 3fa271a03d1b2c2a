# `survreg`; the other likelihoods written out, climbed by `optim` and by Newton's steps with `numDeriv`
suppressPackageStartupMessages({
  library(survival)
  library(numDeriv)
})
YEAR <- 365.25
DIST <- c(exponential = "exponential", weibull = "weibull", `log-normal` = "lognormal", `log-logistic` = "loglogistic")
# Each shape by the logarithm of its density and that of what is left.
gengamma <- function(t, p) {
  w <- (log(t) - p[1]) / exp(p[2]); q <- p[3]; k <- 1 / q^2
  list(density = log(abs(q)) + k * log(k) - lgamma(k) + k * (q * w - exp(q * w)) - p[2] - log(t),
       left = pgamma(k * exp(q * w), k, lower.tail = q < 0, log.p = TRUE))
}
gompertz <- function(t, p) {
  left <- -exp(p[1]) * (exp(p[2] * t) - 1) / p[2]
  list(density = p[1] + p[2] * t + left, left = left)
}
weibull <- function(t, p) {
  k <- exp(p[2]); l <- exp(p[1])
  list(density = dweibull(t, k, l, log = TRUE), left = pweibull(t, k, l, lower.tail = FALSE, log.p = TRUE))
}
cure <- function(t, p) {
  never <- 1 / (1 + exp(-p[1])); others <- weibull(t, p[2:3])
  list(density = log(1 - never) + others$density, left = log(never + (1 - never) * exp(others$left)))
}
spline <- function(knots) {
  k <- log(knots); n <- length(k)
  share <- (k[n] - k[-c(1, n)]) / (k[n] - k[1])
  bent <- function(x, power) sapply(seq_along(share), function(j) {
    up <- function(at) pmax(x - at, 0)^power
    up(k[j + 1]) - share[j] * up(k[1]) - (1 - share[j]) * up(k[n])
  })
  function(t, p) {
    x <- log(t)
    eta <- drop(cbind(1, x, matrix(bent(x, 3), length(x))) %*% p)
    steep <- drop(cbind(0, 1, matrix(3 * bent(x, 2), length(x))) %*% p)
    list(density = eta + log(pmax(steep, 0)) - x - exp(eta), left = -exp(eta))
  }
}
climbed <- function(d, shape, starts) {
  t <- d$exit / YEAR; late <- d$entry > 0
  value <- function(p) {
    found <- suppressWarnings(shape(t, p))
    before <- rep(0, nrow(d))
    if (any(late)) before[late] <- suppressWarnings(shape(d$entry[late] / YEAR, p))$left
    total <- sum(d$weight * (ifelse(d$event == 1, found$density, found$left) - before))
    if (is.finite(total)) total else -1e10
  }
  best <- NULL
  for (found in starts) {
    for (again in 1:4) {
      how <- if (again %% 2) "Nelder-Mead" else "BFGS"
      found <- optim(found, value, method = how, control = list(fnscale = -1, reltol = 1e-15, maxit = 5000,
                                                              parscale = pmax(abs(found), 0.01)))$par
    }
    if (max(abs(found)) > 25) next
    bends <- hessian(value, found, method.args = list(d = 1e-3))
    if (any(eigen(-bends)$values <= 0)) next
    # In units in which the likelihood bends by about 1 every way, differences are as exact as they can be.
    for (again in 1:4) {
      if (any(eigen(-bends)$values <= 0)) stop(paste('no top at', paste(found, collapse = ' ')))
      unit <- solve(chol(-bends))
      near <- function(z) value(found + drop(unit %*% z))
      zero <- rep(0, length(found))
      own <- hessian(near, zero, method.args = list(eps = 0.05, r = 4))
      found <- found - drop(unit %*% solve(own, grad(near, zero, method.args = list(eps = 0.05, r = 4))))
      bends <- t(solve(unit)) %*% own %*% solve(unit)
    }
    if (is.null(best) || value(found) > best$value + 1e-9)
      best <- list(par = found, errors = sqrt(diag(unit %*% solve(-own) %*% t(unit))), value = value(found))
  }
  best
}
told <- function(name, shape, par, errors, value) {
  answer(name, shape, "numbers", values = par)
  answer(name, shape, "errors", values = errors)
  answer(name, shape, "log likelihood", values = value)
}
AT <- c(3, 10, 15)
for (name in names(tables)) {
  d <- tables[[name]]
  late <- any(d$entry > 0)
  if (!late) for (shape in names(DIST)) {
    fit <- survreg(Surv(exit / YEAR, event) ~ 1, d, weights = d$weight, dist = DIST[[shape]],
                   control = survreg.control(rel.tolerance = 1e-13, maxiter = 200))
    b <- coef(fit); s <- log(fit$scale)
    # Ours are the logarithms of rate or scale, and of shape: the sign of the logarithm of R's scale.
    par <- switch(shape, exponential = -b, `log-normal` = c(b, s), c(b, -s))
    told(name, shape, par, sqrt(diag(vcov(fit)))[seq_along(par)], fit$loglik[1])
    left <- switch(shape, exponential = exp(-exp(par) * AT), weibull = exp(weibull(AT, par)$left),
                   `log-normal` = plnorm(AT, b, exp(s), lower.tail = FALSE),
                   `log-logistic` = 1 / (1 + (AT / exp(b))^(1 / exp(s))))
    answer(name, shape, "left", values = left)
  }
  crude <- log(sum(d$weight * d$event) / sum(d$weight * (d$exit - d$entry) / YEAR))
  events <- rep(log(d$exit[d$event == 1] / YEAR), 1)
  other <- list(gompertz = list(gompertz, list(c(crude, -0.01), c(crude, -0.2), c(crude, 0.2))))
  # In the others its likelihood is a ridge without a top.
  if (name %in% c("peaked", "plateau", "weights", "late_weights"))
    other$`generalised-gamma` <- list(gengamma, list(c(-crude, 0, 1), c(-crude, 0, 0.3), c(-crude, 0, -0.4)))
  if (late) other$weibull <- list(weibull, list(c(-crude, 0)))
  if (name == "plateau") other$`mixture-cure` <- list(cure, list(c(0, 0.3, 0), c(-1, 0.5, 0.2)))
  for (inner in 1:(if (name == "small") 1 else 3)) {
    knots <- exp(quantile(events, seq(0, 1, length.out = inner + 2), names = FALSE))
    other[[paste0("spline-", inner)]] <- list(spline(knots), list(c(crude, 1, rep(0, inner)), c(0.6 * crude, 0.6, rep(0, inner))))
  }
  for (shape in names(other)) {
    fit <- climbed(d, other[[shape]][[1]], other[[shape]][[2]])
    if (is.null(fit)) stop(paste("no top for", name, shape))
    told(name, shape, fit$par, fit$errors, fit$value)
    answer(name, shape, "left", values = exp(other[[shape]][[1]](AT, fit$par)$left))
  }
}
