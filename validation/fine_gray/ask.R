# `cmprsk::crr`; `coxph` on `survival::finegray`
suppressPackageStartupMessages({
  library(survival)
  library(cmprsk)
})
options(warn = -1)

for (name in setdiff(names(tables), "late_entry")) {
  d <- tables[[name]]
  d$id <- seq_len(nrow(d))
  d$state <- factor(d$cause, 0:max(d$cause))
  for (kind in 1:2) {
    f <- crr(d$exit, d$cause, d[, c("x1", "x2")], failcode = kind, gtol = 1e-12, maxiter = 50)
    answer(name, "cmprsk", kind, "coefficients", values = f$coef)
    answer(name, "cmprsk", kind, "covariance", values = f$var)
    answer(name, "cmprsk", kind, "log likelihood", values = f$loglik)
    # of each column: ratio (without its inverse), low, high
    for (level in c(0.95, 0.9)) {
      answer(name, "cmprsk", kind, "ratio", level, values = t(summary(f, conf.int = level, digits = 17)$conf.int[, -2]))
    }
    g <- finegray(Surv(exit, state) ~ ., d, etype = kind)
    h <- coxph(Surv(fgstart, fgstop, fgstatus) ~ x1 + x2, g, weights = fgwt, cluster = id, control = coxph.control(eps = 1e-12))
    answer(name, "finegray", kind, "coefficients", values = h$coefficients)
    answer(name, "finegray", kind, "covariance", values = h$var)
  }
}
