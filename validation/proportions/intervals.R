# Wilson and Clopper-Pearson intervals of a proportion: prop.test without correction, and binom.test.
for (folder in commandArgs(trailingOnly = TRUE)) {
  counts <- inputs(folder)$counts
  for (i in seq_len(nrow(counts))) for (level in LEVELS) {
    x <- counts$numerator[i]
    n <- counts$denominator[i]
    # prop.test warns that the chi-squared test it also makes may be poor; its interval is all that is asked for.
    wilson <- suppressWarnings(prop.test(x, n, conf.level = as.numeric(level), correct = FALSE))$conf.int
    answer(x, n, "wilson", level, values = wilson)
    answer(x, n, "clopper-pearson", level, values = binom.test(x, n, conf.level = as.numeric(level))$conf.int)
  }
}
