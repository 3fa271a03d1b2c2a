# `quantile(type = 7)`, `rank`
for (name in names(tables)) {
  known <- na.omit(tables[[name]]$value)
  answer("deciles", name, values = quantile(known, (1:9) / 10, type = 7, names = FALSE))
  answer("percentiles", name, values = 100 * (rank(known) - 0.5) / length(known))
}
