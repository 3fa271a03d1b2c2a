# Quantiles of type 7, quartiles and range: quantile.
for (folder in commandArgs(trailingOnly = TRUE)) {
  tables <- inputs(folder)
  for (name in names(tables)) {
    answer(name, "quantiles", values = quantile(tables[[name]]$value, c(0, .1, .25, .5, .75, .9, 1), type = 7))
  }
}
