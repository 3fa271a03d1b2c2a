# `getSampleSizeRates` and `getPowerRates` of rpact; `pmvnorm` of mvtnorm; `integrate`, sums of `dbinom` and `dnbinom`
suppressMessages({library(rpact); library(mvtnorm)})
between <- function(f, from, to, breaks = c()) {
  edges <- sort(unique(c(from, breaks[breaks > from & breaks < to], to)))
  sum(sapply(seq_len(length(edges) - 1), function(i)
    integrate(f, edges[i], edges[i + 1], rel.tol = 1e-11, subdivisions = 2000)$value))
}
for (i in seq_len(nrow(tables$shares))) with(tables$shares[i, ], {
  design <- getDesignGroupSequential(kMax = 1, alpha = alpha, beta = 1 - power, sided = 1)
  n <- getSampleSizeRates(design, pi1 = treated, pi2 = control, allocationRatioPlanned = allocation,
                          normalApproximation = TRUE)
  m <- round(people * allocation)
  x <- rep(0:people, m + 1); y <- rep(0:m, each = people + 1)
  pool <- (x + y) / (people + m)
  z <- (y / m - x / people) / sqrt(pool * (1 - pool) * (1 / people + 1 / m))
  chance <- dbinom(x, people, control) * dbinom(y, m, treated)
  spread <- qnorm(1 - alpha)
  says <- y / m > x / people & (is.infinite(z) | z > spread)
  answer("shares", case, values = c(n$nFixed2, n$nFixed1, sum(chance[says])))
})
for (i in seq_len(nrow(tables$rates))) with(tables$rates[i, ], {
  # The density of time watched: whoever could be watched to `end` leaves before, or is watched to it.
  over <- function(f) {
    of_end <- function(end) {
      stays <- exp(-dropout * end) * f(end)
      if (dropout == 0) stays else stays + between(function(t) f(t) * dropout * exp(-dropout * t), 0, end)
    }
    if (least == most) of_end(least)
    else between(function(ends) sapply(ends, of_end), least, most) / (most - least)
  }
  # Information of one count about the log rate, as the mean of the squared score.
  of_time <- function(rate) function(times) sapply(times, function(t) {
    m <- rate * t
    if (m < 1e-12) return(0)
    y <- 0:(400 + ceiling(m * 60))
    sum(dnbinom(y, size = 1 / dispersion, mu = m) * ((y - m) / (1 + dispersion * m))^2)
  })
  mean_time <- over(identity)
  each <- 1 / over(of_time(control)) + 1 / over(of_time(treated)) / allocation
  v <- function(a, b) 1 / (a * mean_time) + 1 / (allocation * b * mean_time) + (1 + allocation) * dispersion / allocation
  pool <- (control + allocation * treated) / (1 + allocation)
  size <- function(null, true) (qnorm(0.975) * sqrt(null) + qnorm(power) * sqrt(true))^2 / log(treated / control)^2
  answer("rates", case, values = c(mean_time, size(v(control, control), v(control, treated)),
    size(v(control, treated), v(control, treated)), size(v(pool, pool), v(control, treated)), size(each, each)))
})
for (i in seq_len(nrow(tables$one_arm))) with(tables$one_arm[i, ], {
  over <- function(f) if (least == most) f(least) else between(function(a) sapply(a, f), least, most) / (most - least)
  mean_of <- function(g) over(function(a)
    between(function(u) g(u, 1) * ratio * exp(-ratio * u), 0, a) + g(a, 0) * exp(-ratio * a))
  shift <- mean_of(function(u, d) d - u)
  spread <- sqrt(mean_of(function(u, d) (d - u)^2) - shift^2)
  taken <- c(mean_of(function(u, d) u), mean_of(function(u, d) (d + u) / 2))
  size <- ((qnorm(0.95) * sqrt(taken) + qnorm(0.8) * spread) / shift)^2
  # A sum of k exponentials, each cut at `hazard`: gamma distributions with changing signs.
  beyond <- function(k, x, rate) {
    if (x < 0) return(1)
    if (k == 0) return(0)
    j <- 0:k
    1 - sum((-1)^j * choose(k, j) * exp(-rate * j * hazard) * pgamma(rate * (x - j * hazard), k)) / (1 - exp(-rate * hazard))^k
  }
  exact <- function(rate, root) sum(sapply(0:people, function(k) {
    says <- function(e) (k - e) / sqrt(root(k, e)) + qnorm(0.95)
    edge <- uniroot(says, c(k + 1e-9, k + 60), tol = 1e-13)$root
    dbinom(k, people, 1 - exp(-rate * hazard)) * beyond(k, edge - (people - k) * hazard, rate)
  }))
  roots <- list(function(o, e) e, function(o, e) (o + e) / 2)
  answer("one_arm", case, values = c(size, exact(1, roots[[1]]), exact(1, roots[[2]]), exact(ratio, roots[[1]])))
})
for (i in seq_len(nrow(tables$two_arms))) with(tables$two_arms[i, ], {
  by <- function(t, a, b) ifelse(t < change, a, b)
  sum_of <- function(t, a, b) a * pmin(t, change) + b * pmax(t - change, 0)
  share <- c(1 - treated_share, treated_share)
  h <- function(t, arm) if (arm == 1) by(t, early, late) else by(t, treated_early, treated_late)
  free <- function(t, arm) exp(-if (arm == 1) sum_of(t, early, late) else sum_of(t, treated_early, treated_late))
  risk <- function(t, arm) share[arm] * pmin(pmax(at - t, 0) / accrual, 1) * free(t, arm) * exp(-dropout * t)
  pooled <- function(t) (risk(t, 1) * h(t, 1) + risk(t, 2) * h(t, 2)) / (risk(t, 1) + risk(t, 2))
  breaks <- c(change, at - accrual)
  s <- function(times) sapply(times, function(t) exp(-between(pooled, 0, t, breaks)))
  w <- list(function(t) 1, function(t) s(t), function(t) 1 - s(t), function(t) s(t) * (1 - s(t)))
  both <- function(t) risk(t, 1) * risk(t, 2) / (risk(t, 1) + risk(t, 2))
  end <- at * (1 - 1e-12)
  means <- sapply(w, function(a) between(function(t) a(t) * both(t) * (h(t, 1) - h(t, 2)), 0, end, breaks))
  covariance <- matrix(0, 4, 4)
  for (a in 1:4) for (b in a:4)
    covariance[a, b] <- covariance[b, a] <-
      between(function(t) w[[a]](t) * w[[b]](t) * both(t) * pooled(t), 0, end, breaks)
  answer("two_arms", case, values = c(means, covariance[upper.tri(covariance, diag = TRUE)]))
  # The log-rank, the late and the middle one: none follows from the others.
  three <- c(1, 3, 4)
  correlation <- cov2cor(covariance[three, three])
  exactly <- Miwa(steps = 4097)
  none <- function(bound, mean) as.numeric(pmvnorm(upper = rep(bound, 3), mean = mean, corr = correlation, algorithm = exactly))
  bound <- uniroot(function(b) 0.975 - none(b, rep(0, 3)), c(1.9, 2.5), tol = 1e-10)$root
  drift <- sqrt(people) * means[three] / sqrt(diag(covariance)[three])
  answer("combined", case, values = c(bound, 1 - none(bound, drift)))
  horizon <- 0.75 * at
  area <- function(times, arm) sapply(times, function(t) between(function(u) free(u, arm), t, horizon, breaks))
  variance <- sum(sapply(1:2, function(arm)
    between(function(t) area(t, arm)^2 * h(t, arm) / risk(t, arm), 0, horizon, breaks)))
  answer("gain", case, values = c(area(0, 2) - area(0, 1), variance))
})
