# `npsurv::npsurv(tol = 1e-12)`
suppressPackageStartupMessages(library(npsurv))

for (name in names(tables)) {
  d <- tables[[name]]
  d$seen[d$seen == 1e6] <- Inf
  f <- npsurv(cbind(d$last_free, d$seen), maxit = 5000, tol = 1e-12)
  answer(name, "log likelihood", values = f$ll)
  kept <- f$f$p > 1e-9
  answer(name, "left", values = f$f$left[kept])
  answer(name, "mass", values = f$f$p[kept])
}
