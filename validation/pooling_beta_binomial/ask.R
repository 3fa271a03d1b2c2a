# The beta-binomial likelihood written out, climbed by `optim` and Newton's steps
# Rising factorials as products: differences of `lgamma` lose digits where studies hardly differ.
rising <- function(x, base, theta) if (x == 0) 0 else sum(log(base + (seq_len(x) - 1) * theta))
height <- function(d) function(par) {
  p <- plogis(par[1]); q <- plogis(-par[1]); theta <- par[2]^2
  sum(mapply(function(x, n) lchoose(n, x) + rising(x, p, theta) + rising(n - x, q, theta) - rising(n, 1, theta),
             d$events, d$total))
}
# Steps of the log odds and of the spread, which may be a hundredth.
STEPS <- c(1e-3, 3e-4)
slope <- function(f, at) sapply(1:2, function(i) {
  e <- STEPS * (1:2 == i)
  (8 * (f(at + e) - f(at - e)) - (f(at + 2 * e) - f(at - 2 * e))) / (12 * STEPS[i])
})
bend <- function(f, at) {
  m <- sapply(1:2, function(i) {
    e <- STEPS * (1:2 == i)
    (8 * (slope(f, at + e) - slope(f, at - e)) - (slope(f, at + 2 * e) - slope(f, at - 2 * e))) / (12 * STEPS[i])
  })
  (m + t(m)) / 2
}
top <- function(f, middle) {
  climbs <- lapply(c(0.05, 0.2, 0.8), function(s)
    optim(c(middle, s), f, method = "BFGS", control = list(fnscale = -1, reltol = 1e-14)))
  best <- climbs[[which.max(sapply(climbs, function(one) one$value))]]$par
  if (abs(best[2]) < 1e-3) best[2] <- 0
  for (turn in 1:4) best <- best - solve(bend(f, best), slope(f, best))
  if (abs(best[2]) < 1e-4) best[2] <- 0
  best
}
profile_limits <- function(f, best, error, drop) {
  along <- function(mu) optimize(function(s) f(c(mu, s)), c(0, 4), maximum = TRUE, tol = 1e-8)$objective
  above <- function(mu) along(mu) - (f(best) - drop)
  sapply(c(-1, 1), function(side) {
    reach <- 2 * error
    while (above(best[1] + side * reach) > 0) reach <- reach * 1.5
    uniroot(above, sort(best[1] + side * c(0, reach)), tol = 1e-10)$root
  })
}
ask <- function(name, set, d) {
  f <- height(d)
  best <- top(f, qlogis(sum(d$events) / sum(d$total)))
  error <- sqrt(solve(-bend(f, best))[1, 1])
  answer(name, set, "fit", values = c(best[1], best[2]^2, error, f(best)))
  if (name != "sets" || d$set[1] %% 10 == 0)
    answer(name, set, "profile", values = profile_limits(f, best, error, qchisq(0.95, 1) / 2))
}
for (d in split(tables$sets, tables$sets$set)) ask("sets", d$set[1], d)
ask("placebo", "all", tables$placebo)
ask("mortality", "all", tables$mortality)
