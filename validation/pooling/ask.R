# `metafor::rma`, `escalc`, `predict`, `confint(control = list(tol = 1e-13))`, `leave1out`, `cumul`, `influence`, `robust`; `binom.test`
suppressPackageStartupMessages(library(metafor))

# `threshold` ends Fisher scoring and `tol` the search for roots, both by absolute steps of tau squared: by default they
# leave it with three digits where errors are small. So units are such that errors are near 1.
fine <- function(y, v, step = 1)
  list(threshold = 1e-12 * max(1, var(y)), maxiter = 10000, tol = 1e-13, tau2.max = 1e9, stepadj = step)
fit <- function(y, v, method, test = "z", level = 95) {
  with_steps <- function(step)
    suppressWarnings(rma(yi = y, vi = v, method = method, test = test, level = level, control = fine(y, v, step)))
  # In one set of rates whole steps go back and forth between two values.
  tryCatch(with_steps(1), error = function(e) with_steps(0.5))
}

# tau squared, mean, error, limits
middle <- function(f) c(f$tau2, f$beta, f$se, f$ci.lb, f$ci.ub)
t_prediction <- function(f, df, level = 0.95)
  c(f$beta) + c(-1, 1) * qt(1 - (1 - level) / 2, df) * sqrt(f$tau2 + f$se^2)

# All that is asked of one set of effects.
pool <- function(name, set, y, v) {
  k <- length(y)
  reml <- fit(y, v, "REML")
  answer(name, set, "REML", values = middle(reml))
  for (method in c("ML", "PM", "DL")) answer(name, set, method, values = middle(fit(y, v, method)))
  common <- fit(y, v, "FE")
  answer(name, set, "common", values = c(common$beta, common$se, common$ci.lb, common$ci.ub, common$I2 / 100))
  # Beside weights of 1e10 R's sums keep eight digits of the weights that are near 1.
  if (max(v) / min(v) < 1e7) answer(name, set, "differ", values = c(reml$QE, reml$QEp, reml$I2 / 100))
  answer(name, set, "tau squared", values = confint(reml, control = fine(y, v))$random["tau^2", c("ci.lb", "ci.ub")])
  knha <- fit(y, v, "REML", "knha")
  answer(name, set, "hartung-knapp", values = c(knha$se, knha$ci.lb, knha$ci.ub))
  floor <- fit(y, v, "REML", "adhoc")
  answer(name, set, "hartung-knapp, at least wald", values = c(floor$se, floor$ci.lb, floor$ci.ub))
  # By predict where R takes these degrees of freedom, else by hand.
  p <- predict(knha)
  answer(name, set, "prediction", values = c(t_prediction(reml, k - 1), p$pi.lb, p$pi.ub, t_prediction(reml, k - 2)))
}
split_sets <- function(d) split(d, d$set)

for (d in split_sets(tables$errors)) {
  size <- sqrt(median(d$variance))
  pool("errors", d$set[1], d$effect / size, d$variance / size^2)
}
for (d in split_sets(tables$sets)) {
  logit <- escalc("PLO", xi = events, ni = total, add = 1 / 2, to = "only0", data = d)
  pool("sets", d$set[1], logit$yi, logit$vi)
  rates <- escalc("IRLN", xi = events, ti = person_years, add = 1 / 2, to = "only0", data = d)
  answer("sets", d$set[1], "rates", values = middle(fit(rates$yi, rates$vi, "REML", level = 90)))
  all <- escalc("PLO", xi = events, ni = total, add = 1 / 2, to = "all", data = d)
  answer("sets", d$set[1], "added to all", values = middle(fit(all$yi, all$vi, "REML")))
  # Studies of the same four years taken for arms of one.
  years <- d$year - d$year %% 4
  if (length(unique(years)) > 1) {
    by_cluster <- robust(fit(logit$yi, logit$vi, "REML"), cluster = years)
    p <- predict(by_cluster)
    answer("sets", d$set[1], "by cluster", values = c(by_cluster$se, by_cluster$ci.lb, by_cluster$ci.ub, p$pi.lb, p$pi.ub))
  }
  exact <- binom.test(sum(d$events), sum(d$total))
  answer("sets", d$set[1], "crude", values = c(exact$estimate, exact$conf.int))
}

d <- tables$bcg
ratios <- escalc("RR", ai = with, bi = without, ci = others_with, di = others_without, data = d)
pool("bcg", "all", ratios$yi, ratios$vi)
d <- tables$placebo
arms <- escalc("PLO", xi = events, ni = total, data = d)
pool("placebo", "all", arms$yi, arms$vi)
d <- tables$mortality
deaths <- escalc("PLO", xi = events, ni = total, add = 1 / 2, to = "only0", data = d)
pool("mortality", "all", deaths$yi, deaths$vi)

# One study less, one more, and each against the others.
for (one in list(list("bcg", ratios), list("placebo", arms), list("mortality", deaths))) {
  f <- fit(one[[2]]$yi, one[[2]]$vi, "REML")
  less <- leave1out(f)
  answer(one[[1]], "leave one out", values = c(less$estimate, less$se, less$tau2))
  year <- tables[[one[[1]]]]$year
  more <- cumul(f, order = year)
  first <- order(year)
  # `cumul` has no half steps where whole ones go back and forth.
  again <- sapply(seq_along(first), function(i) {
    if (!is.na(more$estimate[i])) return(c(more$estimate[i], more$se[i], more$tau2[i]))
    g <- fit(one[[2]]$yi[first[1:i]], one[[2]]$vi[first[1:i]], "REML")
    c(g$beta, g$se, g$tau2)
  })
  answer(one[[1]], "cumulative", values = t(again))
  each <- influence(f)$inf
  answer(one[[1]], "influence", values = c(each$rstudent, each$cook.d, each$hat, each$tau2.del))
}

# Intervals that were printed.
printed <- function(ratio, low, high, level) {
  z <- qnorm(1 - (1 - level) / 2)
  c(log(ratio), (log(high / low) / (2 * z))^2)
}
answer("printed", "ratio", values = printed(0.27, 0.14, 0.50, 0.95))
answer("printed", "survival", "log(-log)",
       values = c(log(-log(0.73)), ((log(-log(0.66)) - log(-log(0.81))) / (2 * qnorm(0.975)))^2))
answer("printed", "survival", "linear",
       values = c(log(-log(0.713)), ((0.848 - 0.578) / (2 * qnorm(0.95)) / (0.713 * abs(log(0.713))))^2))
