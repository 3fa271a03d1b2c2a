# `wilcox.test`
# Exact where R has it: no tie, no zero.
for (name in names(tables)) {
  x <- tables[[name]]$difference
  for (correct in c(TRUE, FALSE)) {
    test <- wilcox.test(x, exact = FALSE, correct = correct)
    answer(name, "normal", if (correct) "corrected" else "uncorrected", values = c(test$statistic, test$p.value))
  }
  if (all(x != 0) && !anyDuplicated(abs(x))) {
    test <- wilcox.test(x, exact = TRUE)
    answer(name, "exact", values = c(test$statistic, test$p.value))
  }
}
