# `median`, `rle`, `qbinom`; every split by `lm`
for (name in names(tables)) {
  y <- tables[[name]]$value
  known <- y[!is.na(y)]

  sides <- sign(known - median(known))
  sides <- sides[sides != 0]
  runs <- rle(sides)
  n <- length(sides)
  answer("runs", name, values = c(median(known), n, max(runs$lengths), round(log2(n) + 3), length(runs$lengths) - 1,
                                  qbinom(0.05, n - 1, 0.5)))

  splits <- 6:(length(known) - 6)
  squares <- sapply(splits, function(k) deviance(lm(known ~ I(seq_along(known) > k))))
  k <- splits[which.min(squares)]
  answer("step", name, values = c(which(!is.na(y))[k + 1] - 1, mean(known[1:k]), mean(known[-(1:k)])))
}
answer("quantiles of a binomial", values = qbinom(0.05, 0:199, 0.5))
