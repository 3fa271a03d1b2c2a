# `prop.test(correct = FALSE)`, `binom.test`
counts <- tables$counts
for (i in seq_len(nrow(counts))) for (level in LEVELS) {
  x <- counts$numerator[i]
  n <- counts$denominator[i]
  # prop.test warns that the chi-squared test it also makes may be poor; its interval is all that is asked for.
  wilson <- suppressWarnings(prop.test(x, n, conf.level = as.numeric(level), correct = FALSE))$conf.int
  answer(x, n, "wilson", level, values = wilson)
  answer(x, n, "clopper-pearson", level, values = binom.test(x, n, conf.level = as.numeric(level))$conf.int)
}
