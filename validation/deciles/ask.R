# `quantile(type = 7)`, `rank`
for (name in names(tables)) {
  known <- na.omit(tables[[name]]$value)
  answer("deciles", name, values = quantile(known, (1:9) / 10, type = 7, names = FALSE))
  answer("percentiles", name, values = 100 * (rank(known) - 0.5) / length(known))
  answer("without tails", name, values = quantile(known, c(0.25, 0.75), type = 7, names = FALSE))
  # An interval from the second lowest to the second highest, which other values may equal.
  ends <- sort(known)[c(2, length(known) - 1)]
  percentiles <- sapply(ends, function(end) 100 * (mean(known < end) + mean(known == end) / 2))
  answer("interval", name, values = round(percentiles))
}
