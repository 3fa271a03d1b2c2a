# `survfit(cluster = , influence = )`: shares, restricted means and rates under weights, with errors from each person's influence; E-values by their formulas
suppressPackageStartupMessages(library(survival))
DAYS <- c(365, 1000); HORIZON <- 1500
for (name in names(tables)) {
  d <- tables[[name]]
  fit <- glm(treated ~ age + edss + relapses + female, binomial, d, control = glm.control(epsilon = 1e-14, maxit = 100))
  e <- fitted(fit); d$w <- ifelse(d$treated == 1, 1 - e, e); d$id <- seq_len(nrow(d))
  told <- lapply(c(1, 0), function(g) {
    own <- d[d$treated == g, ]
    f <- survfit(Surv(exit, event) ~ 1, own, weights = own$w, cluster = own$id, influence = 1)
    at <- function(day) { place <- findInterval(day, f$time); if (place) c(f$surv[place], f$influence.surv[, place]) else c(1, rep(0, nrow(own))) }
    steps <- c(0, f$time[f$time < HORIZON], HORIZON)
    heights <- sapply(head(steps, -1), at)
    area <- drop(heights %*% diff(steps))
    had <- sum(own$w * own$event); time <- sum(own$w * own$exit)
    list(share = sapply(DAYS, at), area = area, rate = had / time, moved = own$w * own$event / had - own$w * own$exit / time)
  })
  off <- function(one, other) c(one[1] - other[1], sqrt(sum(one[-1]^2) + sum(other[-1]^2)))
  for (k in seq_along(DAYS)) answer(name, "share", DAYS[k], values = off(told[[1]]$share[, k], told[[2]]$share[, k]))
  answer(name, "mean", HORIZON, values = off(told[[1]]$area, told[[2]]$area))
  answer(name, "rate", "ratio", values = c(log(told[[1]]$rate / told[[2]]$rate), sqrt(sum(told[[1]]$moved^2) + sum(told[[2]]$moved^2))))
  answer(name, "rate", "treated", values = told[[1]]$rate * 365.25)
}
risk <- function(hr) (1 - 0.5^sqrt(hr)) / (1 - 0.5^sqrt(1 / hr))
value <- function(rr) { rr <- max(rr, 1 / rr); rr + sqrt(rr * (rr - 1)) }
for (ratio in c(0.3, 0.56, 0.9, 1, 1.4, 3.9)) {
  answer("E-value", "risks", ratio, values = value(ratio))
  answer("E-value", "common hazards", ratio, values = value(risk(ratio)))
}
