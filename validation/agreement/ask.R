# `vcd::Kappa`, `table`
suppressPackageStartupMessages(library(vcd))

for (name in names(tables)) {
  d <- lapply(tables[[name]], factor, levels = c(0, 1))
  for (one in names(d)) for (other in names(d)) {
    both <- table(d[[one]], d[[other]])  # people whom either does not judge are left out
    answer(name, one, other, "kappa", values = Kappa(both)$Unweighted["value"])
    answer(name, one, other, "counts", values = c(both["1", "1"], sum(both["1", ]), sum(both)))
  }
}
