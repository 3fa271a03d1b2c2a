# `prodlim::prodlim(Hist())`, `riskRegression::FGR`, `CSC`; `timereg::cox.aalen(prop())`
suppressPackageStartupMessages({
  library(survival)
  library(prodlim)
  library(riskRegression)
  library(timereg)
})
options(warn = -1)

for (name in setdiff(names(tables), "late_entry")) {
  d <- tables[[name]]
  p <- prodlim(Hist(exit, cause) ~ 1, d)
  for (kind in 1:2) {
    on <- match(sort(unique(d$exit[d$cause == kind])), p$time)
    answer(name, "prodlim", kind, "incidence", values = p$cuminc[[as.character(kind)]][on])
    # It has no error on a day that leaves nobody free of all events.
    left <- on[p$surv[on] > 0]
    answer(name, "prodlim", kind, "error", values = p$se.cuminc[[as.character(kind)]][left])
    f <- FGR(Hist(exit, cause) ~ x1 + x2, d, cause = kind, gtol = 1e-12, maxiter = 50)$crrFit
    answer(name, "FGR", kind, "coefficients", values = f$coef)
    answer(name, "FGR", kind, "covariance", values = f$var)
    g <- CSC(Hist(exit, cause) ~ x1 + x2, d, control = coxph.control(eps = 1e-12))$models[[kind]]
    answer(name, "CSC", kind, "coefficients", values = g$coefficients)
  }
}
# It draws at random who of a tie was first, so it is asked of events on days of their own.
d <- tables[["three_kinds"]]
for (kind in 1:3) {
  one <- d[!duplicated(d$exit), ]
  one$had <- one$cause == kind
  h <- cox.aalen(Surv(exit, had) ~ prop(x1) + prop(x2), one, n.sim = 0, max.timepoint.sim = NULL, Nit = 50)
  answer("three_kinds", "cox.aalen", kind, "coefficients", values = h$gamma)
  answer("three_kinds", "cox.aalen", kind, "robust", values = h$robvar.gamma)
}
