# `summary(survfit)` of each group; `prop.test(correct = FALSE)` of each share; squared and added by hand
suppressPackageStartupMessages(library(survival))

at_day <- function(d, day, ...) {
  f <- if (any(d$entry > 0)) survfit(Surv(entry, exit, event) ~ 1, d, weights = d$weight, robust = FALSE, ...)
       else survfit(Surv(exit, event) ~ 1, d, weights = d$weight, robust = FALSE, ...)
  s <- summary(f, times = day)
  # Before the first event limits that meet would say that nothing is in doubt.
  if (sum(f$n.event[f$time <= day]) == 0) c(s$surv, NA, NA, NA) else c(s$surv, s$lower, s$upper, s$std.err)
}
square_and_add <- function(one, other) {
  between <- one[1] - other[1]
  c(between, between - sqrt((one[1] - one[2])^2 + (other[3] - other[1])^2),
    between + sqrt((one[3] - one[1])^2 + (other[1] - other[2])^2))
}

for (name in names(tables)) {
  d <- followed(tables[[name]])
  a <- d[d$group == "a", ]
  b <- d[d$group == "b", ]
  last <- min(max(a$exit), max(b$exit))
  for (day in c(floor(last / 3), floor(last / 2), last)) for (level in LEVELS) {
    for (interval in INTERVALS) {
      of <- lapply(list(a, b), at_day, day = day, conf.type = interval, conf.int = as.numeric(level))
      answer(name, "difference", day, interval, level, values = square_and_add(of[[1]], of[[2]]))
    }
    # The other way to plain limits: two variances of Greenwood added up, where neither limit is cut at 0 or 1.
    of <- lapply(list(a, b), at_day, day = day, conf.type = "plain", conf.int = as.numeric(level))
    z <- qnorm(1 - (1 - as.numeric(level)) / 2)
    whole <- all(sapply(of, function(one) !is.na(one[4]) && one[1] - z * one[4] > 0 && one[1] + z * one[4] < 1))
    between <- of[[1]][1] - of[[2]][1]
    if (whole)
      answer(name, "added variances", day, level,
             values = c(between, between + c(-1, 1) * z * sqrt(of[[1]][4]^2 + of[[2]][4]^2)))
  }
}

# The pairs of Newcombe 1998, table II, by Wilson limits.
for (pair in list(c(56, 70, 48, 80), c(9, 10, 3, 10), c(6, 7, 2, 7), c(5, 56, 0, 29), c(10, 10, 0, 10))) {
  wilson <- function(x, n) suppressWarnings(c(x / n, prop.test(x, n, correct = FALSE)$conf.int))
  answer(pair[1], pair[2], pair[3], pair[4], "shares",
         values = square_and_add(wilson(pair[1], pair[2]), wilson(pair[3], pair[4])))
}
