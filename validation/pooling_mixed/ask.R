# The likelihood of each study by `integrate`, climbed by `optim` and Newton's steps
# A binomial or Poisson count whose predictor is normal: the integrand is centred and scaled at its mode, as wide as it is.
one <- function(x, n, mu, sigma, log_density) {
  inside <- function(z) log_density(x, n, mu + sigma * z) - z^2 / 2
  mode <- optimize(inside, c(-40, 40), maximum = TRUE, tol = 1e-9)$maximum
  top <- inside(mode)
  h <- 1e-3
  width <- 1 / sqrt(max(1, -(inside(mode + h) - 2 * top + inside(mode - h)) / h^2))
  f <- function(u) exp(inside(mode + width * u) - top)
  parts <- sapply(list(c(-Inf, -2), c(-2, 0), c(0, 2), c(2, Inf)), function(ends)
    integrate(f, ends[1], ends[2], rel.tol = 1e-11, abs.tol = 0, subdivisions = 1000, stop.on.error = FALSE)$value)
  top + log(sum(parts) * width) - log(2 * pi) / 2
}
# Densities without R's own ones, which lose digits at shares near 1.
binomial_density <- function(x, n, eta) lchoose(n, x) + x * eta - n * ifelse(eta > 0, eta + log1p(exp(-eta)), log1p(exp(eta)))
poisson_density <- function(x, n, eta) x * (eta + log(n)) - n * exp(eta) - lgamma(x + 1)

height <- function(d, log_density) function(par)
  sum(mapply(function(x, n) one(x, n, par[1], par[2], log_density), d$x, d$n))

# Differences of fourth order; steps so large that what `integrate` leaves is nothing beside them.
slope <- function(f, at, h = 2e-3) sapply(seq_along(at), function(i) {
  e <- h * (seq_along(at) == i)
  (8 * (f(at + e) - f(at - e)) - (f(at + 2 * e) - f(at - 2 * e))) / (12 * h)
})
bend <- function(f, at, h = 2e-3) {
  m <- sapply(seq_along(at), function(i) {
    e <- h * (seq_along(at) == i)
    (8 * (slope(f, at + e) - slope(f, at - e)) - (slope(f, at + 2 * e) - slope(f, at - 2 * e))) / (12 * h)
  })
  (m + t(m)) / 2
}
top <- function(f, starts) {
  climbs <- lapply(starts, function(s) optim(s, f, method = "BFGS", control = list(fnscale = -1, reltol = 1e-13)))
  best <- climbs[[which.max(sapply(climbs, function(one) one$value))]]$par
  if (abs(best[2]) < 1e-3) best[2] <- 0
  for (turn in 1:3) best <- best - solve(bend(f, best), slope(f, best))
  if (abs(best[2]) < 1e-4) best[2] <- 0
  best
}
climbed <- function(d, log_density, start) {
  f <- height(d, log_density)
  best <- top(f, list(c(start, 0.5), c(start - 0.5, 1.5)))
  c(best[1], best[2]^2, sqrt(solve(-bend(f, best))[1, 1]), f(best))
}
# The middle at which the highest likelihood, the spread being free, is so far below the top.
profile_limits <- function(d, log_density, best, drop) {
  f <- height(d, log_density)
  along <- function(mu) optimize(function(s) f(c(mu, s)), c(0, 12), maximum = TRUE, tol = 1e-7)$objective
  above <- function(mu) along(mu) - (best[4] - drop)
  sapply(c(-1, 1), function(side) {
    reach <- 2 * best[3]
    while (above(best[1] + side * reach) > 0) reach <- reach * 1.5
    uniroot(above, sort(best[1] + side * c(0, reach)), tol = 1e-9)$root
  })
}

ask <- function(name, set, d, profile) {
  binomial <- data.frame(x = d$events, n = d$total)
  best <- climbed(binomial, binomial_density, qlogis(sum(d$events) / sum(d$total)))
  answer(name, set, "binomial", values = best)
  if (profile) answer(name, set, "profile", values = profile_limits(binomial, binomial_density, best, qchisq(0.95, 1) / 2))
  if (is.null(d$person_years)) return(invisible())
  poisson <- data.frame(x = d$events, n = d$person_years)
  answer(name, set, "poisson", values = climbed(poisson, poisson_density, log(sum(d$events) / sum(d$person_years))))
}
for (d in split(tables$sets, tables$sets$set)) ask("sets", d$set[1], d, d$set[1] %in% c(3, 4, 6, 9, 12, 15))
ask("placebo", "all", tables$placebo, TRUE)
ask("mortality", "all", tables$mortality, TRUE)
ask("mortality", "without two", tables$mortality[!tables$mortality$total %in% c(617, 258), ], FALSE)
