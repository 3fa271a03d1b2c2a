# The likelihood of each study by `integrate`, climbed from `lme4::glmer` by Newton's steps
suppressPackageStartupMessages(library(lme4))
# A binomial or Poisson count whose predictor is normal: the integrand is centred at its mode and as wide as it is there.
one <- function(x, n, mu, sigma, log_density) {
  inside <- function(z) log_density(x, n, mu + sigma * z) - z^2 / 2
  mode <- optimize(inside, c(-30, 30), maximum = TRUE, tol = 1e-6)$maximum
  top <- inside(mode)
  h <- 1e-3
  width <- 1 / sqrt(max(1, -(inside(mode + h) - 2 * top + inside(mode - h)) / h^2))
  f <- function(u) exp(inside(mode + width * u) - top)
  ends <- c(-40, -3, 3, 40)
  parts <- sapply(1:3, function(i)
    integrate(f, ends[i], ends[i + 1], rel.tol = 1e-11, abs.tol = 1e-14, subdivisions = 1000, stop.on.error = FALSE)$value)
  top + log(sum(parts) * width) - log(2 * pi) / 2
}
binomial_density <- function(x, n, eta) lchoose(n, x) + x * eta - n * (pmax(eta, 0) + log1p(exp(-abs(eta))))
poisson_density <- function(x, n, eta) x * (eta + log(n)) - n * exp(eta) - lgamma(x + 1)

height <- function(d, log_density) function(par) {
  value <- sum(mapply(function(x, n) one(x, n, par[1], par[2], log_density), d$x, d$n))
  if (is.finite(value)) value else -1e10
}

# Differences of fourth order, of steps so large that what `integrate` leaves is nothing beside them.
H <- 4e-3
differences <- function(f, at) {
  g <- function(i, j) f(at + H * c(i, j))
  centre <- f(at)
  along <- list(sapply(c(-2, -1, 1, 2), function(i) g(i, 0)), sapply(c(-2, -1, 1, 2), function(j) g(0, j)))
  slope <- sapply(along, function(v) sum(v * c(1, -8, 8, -1)) / (12 * H))
  bend <- sapply(along, function(v) (sum(v * c(-1, 16, 16, -1)) - 30 * centre) / (12 * H^2))
  corner <- function(k) (g(k, k) - g(k, -k) - g(-k, k) + g(-k, -k)) / (4 * k^2 * H^2)
  across <- (4 * corner(1) - corner(2)) / 3
  list(slope = slope, bend = matrix(c(bend[1], across, across, bend[2]), 2), value = centre)
}
# From where lme4 ends: from elsewhere `optim` may run away on flat tops, or stay where studies do not differ.
climbed <- function(d, log_density, family) {
  d$study <- seq_along(d$x)
  formula <- if (family == "binomial") cbind(x, n - x) ~ 1 + (1 | study) else x ~ 1 + offset(log(n)) + (1 | study)
  start <- suppressWarnings(suppressMessages(glmer(formula, data = d, family = family, nAGQ = 7)))
  best <- c(fixef(start), sqrt(VarCorr(start)$study[1, 1]))
  f <- height(d, log_density)
  for (turn in 1:3) {
    if (abs(best[2]) < 1e-3) best[2] <- 0
    here <- differences(f, best)
    best <- best - solve(here$bend, here$slope)
  }
  if (abs(best[2]) < 1e-4) best[2] <- 0
  here <- differences(f, best)
  c(best[1], best[2]^2, sqrt(solve(-here$bend)[1, 1]), here$value)
}
# The middle at which the highest likelihood, the spread being free, is so far below the top.
profile_limits <- function(d, log_density, best, drop) {
  f <- height(d, log_density)
  along <- function(mu) optimize(function(s) f(c(mu, s)), c(0, 8), maximum = TRUE, tol = 1e-6)$objective
  above <- function(mu) along(mu) - (best[4] - drop)
  sapply(c(-1, 1), function(side) {
    reach <- 2 * best[3]
    while (above(best[1] + side * reach) > 0) reach <- reach * 1.5
    uniroot(above, sort(best[1] + side * c(0, reach)), tol = 1e-8)$root
  })
}

ask <- function(name, set, d, profile) {
  binomial <- data.frame(x = d$events, n = d$total)
  best <- climbed(binomial, binomial_density, "binomial")
  answer(name, set, "binomial", values = best)
  if (profile) answer(name, set, "profile", values = profile_limits(binomial, binomial_density, best, qchisq(0.95, 1) / 2))
  # Integrals of so many digits take R a second a set: rates are asked of every fourth.
  if (is.null(d$person_years) || d$set[1] %% 4 != 0) return(invisible())
  poisson <- data.frame(x = d$events, n = d$person_years)
  answer(name, set, "poisson", values = climbed(poisson, poisson_density, "poisson"))
}
for (d in split(tables$sets, tables$sets$set)) ask("sets", d$set[1], d, d$set[1] %in% c(3, 4, 6))
ask("placebo", "all", tables$placebo, TRUE)
ask("mortality", "all", tables$mortality, TRUE)
ask("mortality", "without two", tables$mortality[!tables$mortality$total %in% c(617, 258), ], FALSE)
