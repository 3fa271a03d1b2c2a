# Scores written out from the curve of `npsurv::npsurv(tol = 1e-12)`; `coin::independence_test`, exact and quadratic
suppressPackageStartupMessages({
  library(npsurv)
  library(coin)
})

# Of each person: what the logarithm of the curve, or of Nelson and Aalen's, lies at on average over the interval.
scores <- function(d, kind) {
  f <- npsurv(cbind(d$last_free, d$seen), maxit = 5000, tol = 1e-12)$f
  free_after <- function(day) sum(f$p[f$right > day])
  cumulative <- function(day) {
    gone <- which(f$right <= day & f$p > 1e-9)
    sum(f$p[gone] / vapply(f$left[gone], free_after, 0))
  }
  at <- function(day) {
    s <- if (is.finite(day)) free_after(day) else 0
    c(s, if (s < 1e-12) 0 else s * if (kind == "Sun") -cumulative(day) else log(s))
  }
  mapply(function(low, high) { a <- at(low); b <- at(high); (a[2] - b[2]) / (a[1] - b[1]) }, d$last_free, d$seen)
}

for (name in c("trial_of_24", "few_days", "registry")) for (kind in c("Sun", "Finkelstein")) {
  d <- tables[[name]]
  d$seen[d$seen == 1e6] <- Inf
  d$score <- scores(d, kind)
  for (k in 2:3) {
    d$group <- factor(seq_len(nrow(d)) %% k)
    test <- independence_test(score ~ group, d, teststat = "quadratic")
    answer(name, kind, k, "chi-squared", values = c(statistic(test), pvalue(test)))
  }
  d$group <- factor(seq_len(nrow(d)) %% 2)
  if (nrow(d) <= 24)
    answer(name, kind, 2, "permutation", values = c(abs(sum((d$score - mean(d$score))[d$group == 1])),
      pvalue(independence_test(score ~ group, d, distribution = "exact"))))
}
