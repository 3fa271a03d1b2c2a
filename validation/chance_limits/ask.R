# `qbinom`
counts <- tables$counts
for (i in seq_len(nrow(counts))) for (level in LEVELS) {
  tail <- (1 - as.numeric(level)) / 2
  n <- counts$people[i]
  answer(counts$share[i], n, level, values = qbinom(c(tail, 1 - tail), n, as.numeric(counts$share[i])) / n)
}
