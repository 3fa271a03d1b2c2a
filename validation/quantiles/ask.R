# `quantile(type = 7)`, `median`, `range`
for (name in names(tables)) {
  x <- tables[[name]]$value
  answer(name, "quantiles", values = quantile(x, c(0, .1, .25, .5, .75, .9, 1), type = 7))
  answer(name, "median and quartiles", values = c(median(x), quantile(x, c(.25, .75), type = 7)))
  answer(name, "median and range", values = c(median(x), range(x)))
}
