# Every table of the file named: `coxph`, `cox.zph`, `cmprsk::cuminc` with its variance and test; one line a table.
suppressMessages({
  library(survival)
  library(cmprsk)
})
options(warn = -1)

asked <- read.csv(commandArgs(trailingOnly = TRUE)[1])
told <- function(name, seed, values) cat(name, seed, sprintf("%.17g", values), "\n")
for (d in split(asked, asked$seed)) {
  f <- coxph(Surv(entry, exit, event) ~ x0 + x1 + strata(stratum), d, weights = weight, cluster = cluster,
             control = coxph.control(eps = 1e-12))
  told("coefficients", d$seed[1], f$coefficients)
  told("covariance", d$seed[1], f$naive.var)
  told("robust", d$seed[1], f$var)
  told("proportional", d$seed[1], cox.zph(f)$table[, 1])
  g <- cuminc(d$exit, d$cause, d$stratum)
  told("gray", d$seed[1], g$Tests[, "stat"])
  h <- cuminc(d$exit, d$cause)[["1 1"]]
  told("incidence", d$seed[1], c(max(h$est), max(h$var)))
}
