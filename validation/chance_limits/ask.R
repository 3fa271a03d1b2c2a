# `qbinom`
sizes <- tables$sizes
for (i in seq_len(nrow(sizes))) for (level in LEVELS) {
  tail <- (1 - as.numeric(level)) / 2
  n <- sizes$people[i]
  answer(sizes$share[i], n, level, values = qbinom(c(tail, 1 - tail), n, as.numeric(sizes$share[i])) / n)
}
