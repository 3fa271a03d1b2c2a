# `mvtnorm::pmvnorm` of the looks to come: given what was seen, and with the drift as uncertain as it then is; `rpact::getConditionalPower`
suppressPackageStartupMessages({ library(mvtnorm); library(rpact) })
set.seed(1)
numbers <- function(text) as.numeric(strsplit(as.character(text), ";")[[1]])
# The chance to end above at one of the later looks, of sums that are normal with this mean and covariance.
ends_above <- function(mean, covariance, low, high) {
  total <- 0
  for (j in seq_along(mean)) {
    from <- c(low[seq_len(j - 1)], high[j]); to <- c(high[seq_len(j - 1)], Inf)
    total <- total + if (j == 1) pnorm(from, mean[1], sqrt(covariance[1, 1]), lower.tail = FALSE) else
      pmvnorm(from, to, mean[1:j], sigma = covariance[1:j, 1:j], algorithm = GenzBretz(5e6, 1e-9, 0))[1]
  }
  total
}
for (i in seq_len(nrow(tables$looks))) {
  d <- tables$looks[i, ]
  t <- numbers(d$fractions); later <- (d$look + 1):length(t); now <- t[d$look]
  high <- (numbers(d$upper) * sqrt(t))[later]
  low <- if (is.na(d$futility) || d$futility == "") rep(-Inf, length(t)) else c(numbers(d$futility) * sqrt(t[-length(t)]), -Inf)
  low <- low[later]
  s <- t[later] - now; b <- d$z * sqrt(now)
  steps <- outer(s, s, pmin)
  given <- function(drift) ends_above(b + drift * s, steps, low, high)
  answer(d$case, "conditional", values = c(given(d$drift), given(d$z / sqrt(now)), given(0)))
  answer(d$case, "means", values = ends_above(b + d$drift * s^2, steps, low, high))
  predicted <- function(middle, precision) ends_above(b + middle * s, steps + outer(s, s) / precision, low, high)
  weight <- 1 / d$prior_sd^2
  answer(d$case, "predictive", values = c(predicted(b / now, now), predicted((b + d$prior_mean * weight) / (now + weight), now + weight)))
}
# The same of a log-rank test by rpact: 40 events of 100 with Z = 1.5, looks at .4, .7 and 1, one person for one.
design <- getDesignGroupSequential(kMax = 3, alpha = 0.025, beta = 0.1, informationRates = c(0.4, 0.7, 1), typeOfDesign = "asOF", tolerance = 1e-10)
seen <- getStageResults(design, getDataset(events = 40, logRanks = 1.5, allocationRatios = 1), stage = 1)
for (ratio in c("1", "1.3", "1.8")) {
  told <- getConditionalPower(seen, nPlanned = c(30, 30), thetaH1 = as.numeric(ratio), allocationRatioPlanned = 1)
  answer("rpact", ratio, values = tail(told$conditionalPower, 1))
}
# How many times as large means of Z that grow with the time must be, from look 1 on, for a power of 0.85.
for (i in seq_len(nrow(tables$looks))) {
  d <- tables$looks[i, ]
  t <- numbers(d$fractions)
  if (length(t) > 3) next  # a search over four dimensions takes minutes
  low <- if (is.na(d$futility) || d$futility == "") rep(-Inf, length(t)) else c(numbers(d$futility) * sqrt(t[-length(t)]), -Inf)
  power <- function(k) ends_above(k * 2 * t^1.5, outer(t, t, pmin), low, numbers(d$upper) * sqrt(t))
  answer(d$case, "scale", values = uniroot(function(k) power(k) - 0.85, c(0.5, 8), tol = 1e-10)$root)
}
