# `metafor::rma(mods = , test = "knha")`
suppressPackageStartupMessages(library(metafor))
fine <- function(y, step) list(threshold = 1e-12 * max(1, var(y)), maxiter = 10000, stepadj = step)
regress <- function(name, set, y, v, mods, d) {
  with_steps <- function(step)
    suppressWarnings(rma(yi = y, vi = v, mods = mods, data = d, test = "knha", control = fine(y, step)))
  # Whole steps may go back and forth between two values.
  f <- tryCatch(with_steps(1), error = function(e) with_steps(0.5))
  answer(name, set, "slopes", values = c(f$beta, f$se, f$ci.lb, f$ci.ub, f$zval, f$pval))
  # Where studies did not differ there is no share to take away: R says 0, and we say nothing.
  without <- tryCatch(rma(yi = y, vi = v, control = fine(y, 1)), error = function(e) rma(yi = y, vi = v, control = fine(y, 0.5)))
  answer(name, set, "all", values = c(f$tau2, if (without$tau2 > 1e-9) f$R2 / 100 else NA, f$QM, f$QMp))
}
for (d in split(tables$sets, tables$sets$set)) {
  if (nrow(d) < 10 || length(unique(d$kind)) < 2) next
  y <- escalc("PLO", xi = events, ni = total, add = 1 / 2, to = "only0", data = d)
  regress("sets", d$set[1], y$yi, y$vi, ~ year + I(kind == "b"), d)
}
d <- tables$bcg
y <- escalc("RR", ai = with, bi = without, ci = others_with, di = others_without, data = d)
regress("bcg", "latitude", y$yi, y$vi, ~ latitude, d)
d <- tables$placebo
y <- escalc("PLO", xi = events, ni = total, data = d)
regress("placebo", "year", y$yi, y$vi, ~ I(year - 2000), d)
