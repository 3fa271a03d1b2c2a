# Deciles by quantile(type = 7), mid-rank percentiles, and run charts by median, rle and qbinom. Arguments: folder.
folder <- commandArgs(trailingOnly = TRUE)[1]
say <- function(key, values) cat(key, "\t", paste(sprintf("%.17g", values), collapse = " "), "\n", sep = "")

for (path in sort(list.files(folder, "^series_.*csv$", full.names = TRUE))) {
  name <- sub(".csv$", "", sub("^series_", "", basename(path)))
  y <- read.csv(path)$value
  known <- y[!is.na(y)]
  say(paste("deciles", name, sep = "|"), quantile(known, (1:9) / 10, type = 7, names = FALSE))
  say(paste("percentiles", name, sep = "|"), 100 * (rank(known) - 0.5) / length(known))

  sides <- sign(known - median(known))
  sides <- sides[sides != 0]
  runs <- rle(sides)
  n <- length(sides)
  say(paste("runs", name, sep = "|"),
      c(median(known), n, max(runs$lengths), round(log2(n) + 3), length(runs$lengths) - 1, qbinom(0.05, n - 1, 0.5)))

  splits <- 6:(length(known) - 6)
  squares <- sapply(splits, function(k) deviance(lm(known ~ I(seq_along(known) > k))))
  k <- splits[which.min(squares)]
  say(paste("step", name, sep = "|"), c(which(!is.na(y))[k + 1] - 1, mean(known[1:k]), mean(known[-(1:k)])))
}
say("quantiles of a binomial", qbinom(0.05, 0:199, 0.5))
