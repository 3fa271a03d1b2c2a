# Every table of the file named: the log likelihood of `npsurv::npsurv`, asked to go on as long as it gains; one line a table.
suppressMessages(library(npsurv))

asked <- read.csv(commandArgs(trailingOnly = TRUE)[1])
for (d in split(asked, asked$seed)) {
  f <- npsurv(cbind(d$last_free, d$seen), maxit = 10000, tol = 1e-14)
  cat(d$seed[1], sprintf("%.17g", f$ll), "\n")
}
