# `mean`, `var`, `qt`: Rubin's rules and the degrees of freedom of Barnard and Rubin, written out
for (name in names(tables)) {
  d <- tables[[name]]
  for (m in c(2, 5, 20)) {
    # Sets that differ: every m-th person by themselves.
    part <- lapply(seq_len(m), function(k) d$age[seq_len(nrow(d)) %% m == k - 1] / 10)
    q <- sapply(part, mean); u <- sapply(part, function(x) var(x) / length(x))
    w <- mean(u); b <- var(q); t <- w + (1 + 1 / m) * b
    old <- (m - 1) * (1 + w / ((1 + 1 / m) * b))^2
    answer(name, m, "Inf", values = c(mean(q), w, b, old, sqrt(t), (1 + 1 / m) * b / t, qt(0.975, old)))
    for (com in c(30, 400)) {
      observed <- (com + 1) / (com + 3) * com * (1 - (1 + 1 / m) * b / t)
      df <- old * observed / (old + observed)
      answer(name, m, com, values = c(mean(q), w, b, df, sqrt(t), (1 + 1 / m) * b / t, qt(0.975, df)))
    }
  }
}
