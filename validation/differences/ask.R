# `prop.test(correct = FALSE)`
# Newcombe's method 10: the limits of both proportions as R has them, put together by his formula.
counts <- tables$counts
for (i in seq_len(nrow(counts))) for (level in LEVELS) {
  limits <- function(x, n) {
    # prop.test warns that the chi-squared test it also makes may be poor; its interval is all that is asked for.
    suppressWarnings(prop.test(x, n, conf.level = as.numeric(level), correct = FALSE))$conf.int
  }
  one <- counts$events[i] / counts$people[i]
  other <- counts$other_events[i] / counts$other_people[i]
  a <- limits(counts$events[i], counts$people[i])
  b <- limits(counts$other_events[i], counts$other_people[i])
  values <- c(one - other - sqrt((one - a[1])^2 + (b[2] - other)^2), one - other + sqrt((a[2] - one)^2 + (other - b[1])^2))
  answer(counts$events[i], counts$people[i], counts$other_events[i], counts$other_people[i], level, values = values)
}
