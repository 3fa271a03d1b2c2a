# `poisson.test`; `glm` with a sandwich by cluster; `MASS::glm.nb` iterated to convergence
suppressPackageStartupMessages(library(MASS))
DAYS_PER_YEAR <- 365.25

# MASS::glm.nb stops when theta moves by less than 1e-4. From where it stops, rates given theta (by MASS's own family)
# and theta given rates (from the score of the same likelihood) are found in turn until neither moves any more. Standard
# errors are those of summary.glm.nb, X'WX with W = mu / (1 + mu / theta), at that place and not one step before it.
negative_binomial <- function(formula, d) {
  start <- glm.nb(formula, data = d, control = glm.control(epsilon = 1e-12, maxit = 200))
  theta <- start$theta
  beta <- coef(start)
  y <- d$events
  for (turn in 1:1000) {
    family <- negative.binomial(theta)
    fit <- glm(formula, data = d, family = family, start = beta, control = glm.control(epsilon = 1e-15, maxit = 200))
    mu <- fitted(fit)
    score <- function(log_theta) {
      th <- exp(log_theta)
      sum(digamma(y + th) - digamma(th) + log(th / (th + mu)) + 1 - (y + th) / (th + mu))
    }
    new <- exp(uniroot(score, log(theta) + c(-3, 3), tol = 1e-15, maxiter = 1000)$root)
    moved <- max(abs(new / theta - 1), abs(coef(fit) - beta))
    theta <- new
    beta <- coef(fit)
    if (moved < 1e-14) break
  }
  x <- model.matrix(fit)
  list(beta = beta, error = sqrt(diag(solve(t(x) %*% (x * mu / (1 + mu / theta))))), theta = theta)
}
varies <- function(d, formula) {
  fit <- glm(formula, data = d, family = poisson)
  sum((d$events - fitted(fit))^2 - d$events) > 0
}
poisson_limit <- function(formula, d) {
  fit <- glm(formula, data = d, family = poisson, control = glm.control(epsilon = 1e-15, maxit = 200))
  list(beta = coef(fit), error = sqrt(diag(vcov(fit))), theta = Inf)
}

for (name in names(tables)) {
  d <- tables[[name]]
  d$years <- d$days / DAYS_PER_YEAR
  for (level in LEVELS) {
    z <- qnorm(1 - (1 - as.numeric(level)) / 2)
    limits <- function(b, se) exp(b + c(0, -1, 1) * z * se)
    exact <- poisson.test(sum(d$events), sum(d$years), conf.level = as.numeric(level))
    answer(name, "exact", level, values = c(exact$estimate, exact$conf.int))
    if (sum(d$events) == 0) next
    alone <- glm(events ~ offset(log(years)), data = d, family = poisson, control = glm.control(epsilon = 1e-15))
    by_cluster <- tapply(residuals(alone, "response"), d$subject, sum)
    answer(name, "robust", level, values = limits(coef(alone), sqrt(sum(by_cluster^2)) / sum(fitted(alone))))
    one <- events ~ offset(log(years))
    two <- events ~ I(group == "a") + offset(log(years))
    fit <- if (varies(d, one)) negative_binomial(one, d) else poisson_limit(one, d)
    answer(name, "negative binomial", level, values = c(limits(fit$beta[1], fit$error[1]), 1 / fit$theta))
    fit <- if (varies(d, two)) negative_binomial(two, d) else poisson_limit(two, d)
    wald <- fit$beta[2] / fit$error[2]
    answer(name, "ratio", level, values = c(limits(fit$beta[2], fit$error[2]), wald, 2 * pnorm(-abs(wald))))
  }
}
