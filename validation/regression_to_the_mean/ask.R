# `integrate` of `ppois` over `dgamma`; sums of `dnbinom`
rules <- tables$rules
for (i in seq_len(nrow(rules))) {
  mean <- rules$mean[i]; years <- rules$years[i]; k <- rules$at_least[i]; r <- 1 / rules$dispersion[i]
  over <- function(f) integrate(function(u) f(qgamma(u, r, r / mean)), 0, 1, rel.tol = 1e-11, subdivisions = 5000)$value
  n <- k:5000
  share <- sum(dnbinom(n, size = r, mu = mean * years))
  before <- sum(n * dnbinom(n, size = r, mu = mean * years)) / share / years
  enters <- function(l) ppois(k - 1, l * years, lower.tail = FALSE)
  after <- over(function(l) l * enters(l)) / over(enters)
  answer("rules", mean, rules$dispersion[i], k, years, values = c(share, before, after))
}
