# `glm(poisson)`, `integrate`, `uniroot`
results <- tables$results; trials <- tables$trials; counts <- tables$counts; mixes <- tables$mixes
over <- function(f, low, high) integrate(f, low, high, rel.tol = 1e-11, subdivisions = 5000)$value

# Errors: of a Poisson model with a rate for each group, by its information; of an interval by its ends.
for (i in seq_len(nrow(counts))) {
  a <- counts$one[i]; b <- counts$other[i]
  fit <- glm(c(a, b) ~ c(1, 0) + offset(log(c(70, 40))), poisson, epsilon = 1e-11)
  answer("groups", i, values = sqrt(vcov(fit)[2, 2]))
  # Both groups of one size and a ratio of 1: half the events each.
  d <- a + b
  # Half an event is no count, which R says; its model holds all the same.
  even <- suppressWarnings(glm(c(d, d) / 2 ~ c(1, 0), poisson, epsilon = 1e-11))
  answer("events", i, values = sqrt(vcov(even)[2, 2]))
  middle <- (log(counts$low[i]) + log(counts$high[i])) / 2
  # The error of which the interval is an interval: the chance below its upper end is (1 + level) / 2.
  s <- uniroot(function(s) pnorm(log(counts$high[i]), middle, s) - (1 + counts$level[i]) / 2, c(0.01, 3), tol = 1e-14)$root
  answer("interval", i, values = s)
}

# Results that passed: the line, the mean of those beyond it, and the truth of which the result is the mean.
beyond <- function(true, s, line) {
  # Scaled by the density's top, so that a tail far away is no 0 / 0.
  top <- dnorm(min(line, true), true, s, log = TRUE)
  mass <- function(f) over(function(x) f(x) * exp(dnorm(x, true, s, log = TRUE) - top), min(line, true) - 12 * s, line)
  mass(identity) / mass(function(x) 1 + 0 * x)
}
for (i in seq_len(nrow(results))) {
  x <- results$found[i]; s <- results$error[i]; alpha <- results$alpha[i]; m <- results$mean[i]; t <- results$spread[i]
  line <- qnorm(alpha, 0, s)
  answer("line", i, values = line)
  answer("beyond", i, values = sapply(c(-1, -0.5, 0, 0.5), beyond, s, line))
  told <- uniroot(function(true) beyond(true, s, line) - x, c(x - 1e-9, x + 40 * s), tol = 1e-13)$root
  answer("most-likely", i, values = told)

  flat <- function(th) dnorm(x, th, s)
  normal <- function(th) dnorm(x, th, s) * dnorm(th, m, t)
  passed <- function(th) exp(dnorm(x, th, s, log = TRUE) - pnorm(line, th, s, log.p = TRUE))
  both <- function(th) passed(th) * dnorm(th, m, t)
  beliefs <- list(flat = flat, normal = normal, passed = passed, both = both)
  for (name in names(beliefs)) {
    f <- beliefs[[name]]
    # In pieces, for `integrate` overlooks a narrow top in a wide range.
    ends <- if (name == "passed") c(-12, -6, -3, -1, 0, 1, 3, 6, 12, 25, 50, 100, 300) * s + x else
      sort(unique(c(c(-12, -6, -3, -1, 0, 1, 3, 6, 12) * min(s, t) + x, c(-12, -6, -3, -1, 0, 1, 3, 6, 12) * t + m)))
    all <- function(g) sum(mapply(function(a, b) over(g, a, b), head(ends, -1), tail(ends, -1)))
    mass <- all(f)
    mean <- all(function(th) th * f(th)) / mass
    answer("belief", i, name, values = c(mean, sqrt(all(function(th) (th - mean)^2 * f(th)) / mass)))
    for (j in seq_len(nrow(trials))) {
      error <- 1 / sqrt(trials$events[j] * trials$share[j] * (1 - trials$share[j]))
      power <- function(th) pnorm(qnorm(0.025, 0, error), th, error)
      answer("assurance", i, name, j, values = all(function(th) power(th) * f(th)) / mass)
    }
  }
  answer("kept", i, values = (all(function(th) th * normal(th)) / all(normal) - m) / (x - m))
}

# A normal belief in closed form: the result of a trial is normal too, so it is integrated over the belief.
for (j in seq_len(nrow(trials))) for (i in seq_len(nrow(results))) {
  error <- 1 / sqrt(trials$events[j] * trials$share[j] * (1 - trials$share[j]))
  b <- results$found[i]; s <- results$error[i]
  f <- function(th) pnorm(qnorm(0.025, 0, error), th, error) * dnorm(th, b, s)
  answer("closed", i, j, values = over(f, b - 3 * s, b + 3 * s) + over(f, b - 12 * s, b - 3 * s) + over(f, b + 3 * s, b + 12 * s))
}

# Trials with a fixed follow-up: mean, variance and true variance of the log-rank test, integrated over time.
RATIOS <- c(0.02, 0.07, 0.29, 0.7, 1, 1.4)
for (j in seq_len(nrow(trials))) {
  d <- trials[j, ]
  told <- sapply(RATIOS, function(r) {
    h <- c(d$rate, d$rate * r); n <- c(d$controls, d$treated)
    y <- function(g, t) n[g] * exp(-(h[g] + d$dropout) * t)
    share <- function(t) y(2, t) / (y(1, t) + y(2, t))
    pooled <- function(t) (y(1, t) * h[1] + y(2, t) * h[2]) / (y(1, t) + y(2, t))
    mean <- over(function(t) y(1, t) * share(t) * (h[1] - h[2]), 0, d$years)
    variance <- over(function(t) share(t) * (1 - share(t)) * (y(1, t) * h[1] + y(2, t) * h[2]), 0, d$years)
    # One person: observed minus expected, with the event, having left, or followed to the end.
    true <- sum(sapply(1:2, function(g) {
      weight <- function(t) (g - 1) - share(t)
      gathered <- function(t) sapply(t, function(u) over(function(v) weight(v) * pooled(v), 0, u))
      stays <- function(t) exp(-(h[g] + d$dropout) * t)
      moment <- function(k) over(function(t) stays(t) * (h[g] * (weight(t) - gathered(t))^k + d$dropout * (-gathered(t))^k), 0, d$years) +
        stays(d$years) * (-gathered(d$years))^k
      n[g] * (moment(2) - moment(1)^2)
    }))
    c(mean, variance, true, pnorm((mean - qnorm(0.975) * sqrt(variance)) / sqrt(true)))
  })
  answer("log-rank", j, values = as.vector(told))
}

# Other people: the shift of the log cumulative hazard of a mix.
for (i in seq_len(nrow(mixes))) {
  d <- mixes[i, ]
  w <- c(d$relapsing_people, d$progressive_people)
  mixed <- weighted.mean(c(d$relapsing, d$progressive), w)
  answer("mix", i, values = log(log(mixed) / log(d$relapsing)))
}
