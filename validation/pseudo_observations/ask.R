# `survfit` and its area without each person in turn; the augmented difference written out, with `glm` and `lm`
suppressPackageStartupMessages(library(survival))
DAYS <- c(100, 365, 731)
for (name in names(tables)) {
  d <- tables[[name]]; n <- nrow(d)
  ends <- max(d$exit)
  height <- function(d, days) summary(survfit(Surv(exit, event) ~ 1, d), times = days, extend = TRUE)$surv
  area <- function(d, horizon) { at <- sort(unique(c(0, d$exit[d$exit < horizon]))); sum(height(d, at) * diff(c(at, horizon))) }
  left_out <- function(of) sapply(seq_len(n), function(i) n * of(d) - (n - 1) * of(d[-i, ]))
  pseudo <- lapply(DAYS, function(day) left_out(function(d) height(d, day)))
  for (j in seq_along(DAYS)) answer(name, "survival", DAYS[j], values = pseudo[[j]])
  answer(name, "survival", "last", values = left_out(function(d) height(d, ends)))
  mean <- left_out(function(d) area(d, 731))
  answer(name, "restricted mean", 731, values = mean)
  answer(name, "restricted mean", "last", values = left_out(function(d) area(d, ends)))
  z <- d$treated
  e <- fitted(glm(treated ~ age + edss + relapses + female, binomial, d, control = glm.control(epsilon = 1e-14, maxit = 100)))
  for (what in c("survival", "restricted mean")) {
    d$y <- if (what == "survival") pseudo[[3]] else mean
    m1 <- predict(lm(y ~ age + edss + relapses + female, d[z == 1, ]), d)
    m0 <- predict(lm(y ~ age + edss + relapses + female, d[z == 0, ]), d)
    one <- m1 + z * (d$y - m1) / e; none <- m0 + (1 - z) * (d$y - m0) / (1 - e)
    value <- sum(one - none) / n
    answer(name, "augmented", what, values = c(value, sqrt(sum((one - none - value)^2)) / n, sum(one) / n, sum(none) / n))
  }
}
