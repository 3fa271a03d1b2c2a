# `npsurv::npsurv(tol = 1e-12)` of the columns of an outcome, as `docs/standards.md` has it
suppressPackageStartupMessages(library(npsurv))

for (name in names(tables)) {
  d <- tables[[name]]
  d <- d[d$episode == 1 & d$exit_day > d$entry_day & d$entry_day == d$origin_day, ]
  event <- as.logical(d$event)
  left <- pmax(d$last_free_day, d$entry_day, na.rm = TRUE) - d$origin_day
  right <- ifelse(event, d$exit_day - d$origin_day, NA)
  left <- ifelse(event & left >= right, right - 1, left)
  f <- npsurv(cbind(left, ifelse(event, right, Inf)), tol = 1e-12, maxit = 5000)
  answer(name, "persons", values = nrow(d))
  answer(name, "log likelihood", values = f$ll)
  days <- c(365, 731, 1096, 1826)
  answer(name, "least free", values = sapply(days, function(t) sum(f$f$p[f$f$left >= t])))
  answer(name, "most free", values = sapply(days, function(t) sum(f$f$p[f$f$right > t])))
}
