# Every table of the file named: Cox's model by each kind of ties, competing events, Fine and Gray; one line an answer.
suppressMessages({
  library(survival)
  library(cmprsk)
})
options(warn = -1)

asked <- read.csv(commandArgs(trailingOnly = TRUE)[1])
told <- function(name, seed, values) cat(name, seed, sprintf("%.17g", values), "\n")
exactly <- coxph.control(eps = 1e-12)

# The chance that those with the event had it before all others at risk, whatever their own order.
chance <- function(had, rest) {
  if (!length(rest)) return(1)
  inner <- function(s) sapply(s, function(one) prod(-expm1(-had * exp(one))) * sum(rest) * exp(one - sum(rest) * exp(one)))
  top <- optimize(inner, log(c(1, length(had) + 1) / sum(rest)), maximum = TRUE, tol = 1e-9)$maximum
  part <- function(from, to) integrate(inner, from, to, rel.tol = 1e-11, abs.tol = 0, subdivisions = 500)$value
  part(top - 8, top) + part(top, top + 6) + part(top - 40, top - 8)
}
marginal <- function(d, b) {
  risk <- exp(as.matrix(d[, c("x0", "x1")]) %*% b)
  total <- 0
  for (stratum in unique(d$stratum)) for (day in unique(d$exit[d$event == 1 & d$stratum == stratum])) {
    at_risk <- d$stratum == stratum & d$entry < day & d$exit >= day
    had <- at_risk & d$exit == day & d$event == 1
    total <- total + log(chance(risk[had], risk[at_risk & !had]))
  }
  total
}

for (d in split(asked, asked$seed)) {
  seed <- d$seed[1]
  model <- Surv(entry, exit, event) ~ x0 + x1 + strata(stratum)
  for (ties in c("efron", "breslow")) {
    f <- coxph(model, d, weights = weight, cluster = cluster, ties = ties, control = exactly)
    told(paste0(ties, "-coefficients"), seed, f$coefficients)
    told(paste0(ties, "-covariance"), seed, f$naive.var)
    told(paste0(ties, "-robust"), seed, f$var)
    for (clock in c("km", "rank", "identity", "log"))
      told(paste(ties, "zph", clock, sep = "-"), seed, cox.zph(f, transform = clock)$table[, 1])
  }
  # With late entry R goes through every set, which takes hours: late entry is asked of the other ties.
  f <- coxph(Surv(exit, event) ~ x0 + x1 + strata(stratum), d, ties = "exact", control = exactly)
  told("discrete-coefficients", seed, f$coefficients)
  told("discrete-covariance", seed, f$var)
  if (seed %% 10 == 0) told("marginal-likelihood", seed, c(marginal(d, c(0, 0)), marginal(d, c(-.5, .3))))
  g <- cuminc(d$exit, d$cause, d$stratum)
  told("gray", seed, g$Tests[, "stat"])
  d$state <- factor(d$cause, 0:2)
  s <- survfit(Surv(exit, state) ~ 1, d)
  days <- sort(unique(d$exit[d$cause == 1]))
  told("incidence", seed, s$pstate[match(days, s$time), 2])
  told("error-survfit", seed, s$std.err[match(days, s$time), 2])
  # Steps are written as two points each: the second is the one from this day on.
  h <- cuminc(d$exit, d$cause)[["1 1"]]
  told("error-cmprsk", seed, sqrt(h$var[sapply(days, function(day) max(which(h$time == day)))]))
  f <- crr(d$exit, d$cause, d[, c("x0", "x1")], gtol = 1e-12, maxiter = 50)
  # It stops where its log likelihood no longer grows, before its slope is 0: one more step, by its own numbers.
  b <- f$coef + c(f$invinf %*% colSums(f$res))
  told("cmprsk-coefficients", seed, b)
  told("cmprsk-covariance", seed, crr(d$exit, d$cause, d[, c("x0", "x1")], init = b, maxiter = 0)$var)
  d$id <- seq_len(nrow(d))
  w <- finegray(Surv(exit, state) ~ ., d, etype = 1)
  f <- coxph(Surv(fgstart, fgstop, fgstatus) ~ x0 + x1, w, weights = fgwt, cluster = id, control = exactly)
  told("finegray-coefficients", seed, f$coefficients)
  told("finegray-covariance", seed, f$var)
}
