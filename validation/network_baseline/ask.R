# The restricted likelihood of arms written out, by `nlminb` and `uniroot`; of two arms `metafor::rma.mv(struct = "UN")`; `glm`
suppressPackageStartupMessages(library(metafor))
fine <- list(rel.tol = 1e-15, x.tol = 1e-12, eval.max = 2000, iter.max = 1000)
model <- function(d) {
  names <- sort(setdiff(unique(d$treatment), "x"), method = "radix")
  held <- as.numeric(d$treatment == "x")
  has <- as.numeric(ave(held, d$study, FUN = max) > 0)
  X <- cbind(has, sapply(names, function(one) as.numeric(d$treatment == one)))
  # A trial without the reference has a mean of its own.
  for (s in unique(d$study[has == 0])) X <- cbind(X, as.numeric(d$study == s))
  same <- outer(d$study, d$study, "==") * 1
  list(y = d$value, v = d$variance, X = X, held = held, has = has, same = same, names = names,
       G = same * outer(1 - held, 1 - held) * (diag(nrow(d)) + 1) / 2)
}
spread <- function(m, at) {
  load <- m$has * (m$held + (1 + at[1]) * (1 - m$held))
  diag(m$v) + at[2] * m$same * outer(load, load) + at[3] * m$G
}
solved <- function(m, at) {
  V <- spread(m, at); W <- solve(V); C <- solve(t(m$X) %*% W %*% m$X)
  b <- C %*% t(m$X) %*% W %*% m$y; r <- m$y - m$X %*% b
  list(b = b, C = C, r = r, W = W, minus = as.numeric(determinant(V)$modulus - determinant(C)$modulus + t(r) %*% W %*% r))
}
best <- function(m, slope = NA, starts = list(c(0, .15, .02), c(-.6, .2, .001))) {
  fits <- lapply(starts, function(start) {
    if (is.na(slope)) nlminb(start, function(at) solved(m, at)$minus, lower = c(-Inf, 1e-8, 0), control = fine)
    else nlminb(start[-1], function(at) solved(m, c(slope, at))$minus, lower = c(1e-8, 0), control = fine)
  })
  fits[[which.min(sapply(fits, `[[`, "objective"))]]
}
for (d in split(tables$several, tables$several$network)) {
  m <- model(d)
  fit <- best(m)
  s <- solved(m, fit$par)
  p <- length(m$names)
  # Contrasts of the whole network, less its effects and the slope.
  df <- nrow(d) - length(unique(d$study)) - p - 1
  say <- function(what, values) answer("several", d$network[1], what, values = values)
  say("spread", c(fit$par[1], sqrt(fit$par[2]), fit$par[3]))
  say("effects", c(s$b[1:(p + 1)], sqrt(diag(s$C)[1:(p + 1)])))
  near <- list(pmax(fit$par, c(-Inf, 0.01, 0.003)))
  fallen <- function(slope) best(m, slope, near)$objective - fit$objective
  say("p", pf(fallen(0), 1, df, lower.tail = FALSE))
  limit <- function(sign) {
    far <- fit$par[1] + sign * 0.2
    while (fallen(far) < qf(0.95, 1, df)) far <- far + sign * 0.2
    uniroot(function(at) fallen(at) - qf(0.95, 1, df), sort(c(fit$par[1], far)), tol = 1e-8)$root
  }
  if (d$network[1] %% 3 == 1) say("limits", c(limit(-1), limit(1)))
  # What is left on the year, the trials counted as years: contrasts to x less the slope on each latent rate.
  load <- m$has * (m$held + (1 + fit$par[1]) * (1 - m$held))
  rates <- s$b[1] + fit$par[2] * as.numeric(m$same %*% (load * as.numeric(s$W %*% s$r)))
  base <- ave(seq_len(nrow(d)), d$study, FUN = function(at) c(at[d$treatment[at] == "x"], at[1])[1])
  at <- which(base != seq_len(nrow(d)))
  T <- diag(nrow(d))[at, ] - diag(nrow(d))[base[at], ]
  year <- as.numeric(sub("s", "", d$study))
  Z <- cbind(T %*% m$X[, 1 + seq_len(p)], m$has[at] * (year[at] - mean(year[at][m$has[at] == 1])))
  y <- T %*% m$y - m$has[at] * fit$par[1] * (rates[at] - s$b[1])
  W <- solve(T %*% diag(d$variance) %*% t(T) + fit$par[3] * T %*% (m$same * (diag(nrow(d)) + 1) / 2) %*% t(T) *
             ifelse(outer(m$has[at], m$has[at]) == 1, 0, 1) + fit$par[3] * m$G[at, at] * outer(m$has[at], m$has[at]))
  C <- solve(t(Z) %*% W %*% Z)
  say("trend", c((C %*% t(Z) %*% W %*% y)[p + 1], sqrt(C[p + 1, p + 1])))
}
for (d in split(tables$one, tables$one$network)) {
  d$treatment <- factor(d$treatment, levels = c("x", "y"))
  f <- rma.mv(value, variance, mods = ~ treatment - 1, random = ~ treatment | study, struct = "UN", data = d)
  # With no room between trials beside the slope the two rates go wholly together, and the fit ends at an edge.
  if (f$rho > 0.999) next
  s <- sqrt(f$tau2)
  answer("one", d$network[1], "bivariate", values = c(f$rho * s[2] / s[1] - 1, s[1], f$tau2[2] * (1 - f$rho^2), f$b[1], f$b[2] - f$b[1]))
}
d <- tables$rates
error <- function(events, years, over) {
  f <- suppressWarnings(glm(events ~ 1 + offset(log(years)), family = poisson, control = list(epsilon = 1e-14)))
  summary(f, dispersion = over)$coefficients[2]
}
for (i in seq_len(nrow(d))) {
  years <- d$people[i] * d$months[i] / 12 * d$share[i]; other <- d$other_people[i] * d$months[i] / 12 * d$share[i]
  answer("rates", i, "rate", values = error(years * d$rate[i], years, d$over_dispersion[i]))
  both <- suppressWarnings(glm(c(years * d$rate[i], other * d$other_rate[i]) ~ c(1, 0) + offset(log(c(years, other))),
                               family = poisson, control = list(epsilon = 1e-14)))
  answer("rates", i, "ratio", values = summary(both, dispersion = d$over_dispersion[i])$coefficients[2, 2])
}
