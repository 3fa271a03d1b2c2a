# `print(survfit, rmean = )`; the difference by hand
suppressPackageStartupMessages(library(survival))

mean_of <- function(d, horizon) {
  f <- if (any(d$entry > 0)) survfit(Surv(entry, exit, event) ~ 1, d, weights = d$weight, robust = FALSE)
       else survfit(Surv(exit, event) ~ 1, d, weights = d$weight, robust = FALSE)
  unname(survival:::survmean(f, rmean = horizon)$matrix[c("rmean", "se(rmean)")])
}

for (name in names(tables)) {
  d <- followed(tables[[name]])
  for (horizon in c(floor(max(d$exit) / 3), floor(max(d$exit) / 2), max(d$exit)))
    answer(name, "restricted mean", horizon, values = mean_of(d, horizon))
  a <- d[d$group == "a", ]
  b <- d[d$group == "b", ]
  horizon <- min(max(a$exit), max(b$exit))
  difference <- mean_of(a, horizon) - mean_of(b, horizon)
  error <- sqrt(mean_of(a, horizon)[2]^2 + mean_of(b, horizon)[2]^2)
  for (level in LEVELS) {
    spread <- qnorm(1 - (1 - as.numeric(level)) / 2) * error
    limits <- if (error == 0) c(NA, NA, NA) else c(difference[1] + c(-1, 1) * spread, 2 * pnorm(-abs(difference[1] / error)))
    answer(name, "difference", horizon, level, values = c(difference[1], limits))
  }
}
