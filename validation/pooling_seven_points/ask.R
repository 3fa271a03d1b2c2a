# `metafor::rma.glmm` (`lme4::glmer` at 7 points), `glmmTMB::betabinomial`
suppressPackageStartupMessages({ library(metafor); library(lme4); library(glmmTMB) })

seven <- function(...) {
  f <- suppressWarnings(rma.glmm(..., nAGQ = 7))
  c(f$beta, f$se, f$tau2)
}
for (d in split(tables$sets, tables$sets$set)) {
  set <- d$set[1]
  answer("sets", set, "binomial", values = seven(measure = "PLO", xi = d$events, ni = d$total))
  answer("sets", set, "poisson", values = seven(measure = "IRLN", xi = d$events, ti = d$person_years))
}
for (name in c("placebo", "mortality"))
  answer(name, "all", "binomial", values = seven(measure = "PLO", xi = tables[[name]]$events, ni = tables[[name]]$total))
for (name in c("placebo", "mortality")) {
  f <- glmmTMB(cbind(events, total - events) ~ 1, family = betabinomial, data = tables[[name]])
  answer(name, "all", "beta-binomial", values = c(fixef(f)$cond, sqrt(vcov(f)$cond[1, 1]), log(sigma(f))))
}
