# `coxph.fit(init = b)` with `iter.max = 0`: its log likelihood and half the log determinant of its information, by `optim`; profiled by `uniroot`
suppressPackageStartupMessages(library(survival))
options(warn = -1)

SCALE <- c(1, .05, .3)  # so that a step means as much in each direction

for (name in c("trial_of_24", "separated", "late_entry", "weights", "offsets")) {
  d <- if (name == "separated") transform(tables$ties, event = event * x1) else tables[[name]]
  x <- as.matrix(d[, c("x1", "x2", "x3")])
  late <- any(d$entry > 0)
  y <- if (late) Surv(d$entry, d$exit, d$event) else Surv(d$exit, d$event)
  for (ties in c("efron", "breslow")) {
    penalised <- function(b) {
      # What `coxph` calls, without reading a formula each time.
      f <- (if (late) agreg.fit else coxph.fit)(x, y, d$stratum, d$offset, b, coxph.control(iter.max = 0), d$weight, ties, NULL)
      f$loglik[length(f$loglik)] - determinant(f$var)$modulus[1] / 2
    }
    most <- function(free, b) {
      value <- function(moved) -penalised(replace(b, free, moved * SCALE[free]))
      slope <- function(moved) sapply(seq_along(free), function(i) {
        h <- replace(numeric(length(free)), i, 1e-4)
        (8 * (value(moved + h) - value(moved - h)) - (value(moved + 2 * h) - value(moved - 2 * h))) / 12e-4
      })
      o <- optim(b[free] / SCALE[free], value, slope, method = "BFGS", control = list(reltol = 1e-15, maxit = 200))
      list(beta = replace(b, free, o$par * SCALE[free]), value = -o$value)
    }
    top <- most(1:3, c(0, 0, 0))
    answer(name, ties, "coefficients", values = top$beta)
    answer(name, ties, "log likelihood", values = top$value)
    fall <- function(x) 2 * (top$value - most(2:3, replace(top$beta, 1, x))$value)
    answer(name, ties, "statistic of x1", values = fall(0))
    if (ties == "breslow") next
    # Where the likelihood does not fall so far, R's search would not end; the separated arm has no lower end near.
    ends <- sapply(c(-1, 1), function(side) {
      reach <- .5
      while (fall(top$beta[1] + side * reach) < qchisq(.95, 1)) reach <- reach * 1.5
      uniroot(function(x) fall(x) - qchisq(.95, 1), sort(top$beta[1] + side * c(0, reach)), tol = 1e-9)$root
    })
    answer(name, ties, "hazard ratio of x1", values = exp(c(top$beta[1], ends)))
  }
}
