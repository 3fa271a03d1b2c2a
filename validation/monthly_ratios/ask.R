# `survey::svyratio`, `confint` with m - 1 degrees of freedom; `t.test`; `lm`
suppressPackageStartupMessages(library(survey))

known_of <- function(rows) rows[!is.na(rows$numerator) & !is.na(rows$denominator), ]
ratio <- function(key, rows) {
  rows <- known_of(rows)
  fit <- svyratio(~numerator, ~denominator, svydesign(ids = ~1, weights = rep(1, nrow(rows)), data = rows))
  answer(key, "ratio", values = c(coef(fit), SE(fit)))
  for (level in LEVELS)
    answer(key, "limits", level, values = confint(fit, level = as.numeric(level), df = nrow(rows) - 1))
}
totals <- function(name, group, rows) {
  half <- nrow(rows) %/% 2
  before <- rows$numerator[1:half]
  after <- rows$numerator[(half + 1):nrow(rows)]
  for (level in LEVELS) {
    one <- t.test(rows$numerator, conf.level = as.numeric(level))
    answer("total", name, group, level, values = 12 * c(one$estimate, one$conf.int))
    two <- t.test(after, before, conf.level = as.numeric(level))
    apart <- two$estimate[1] - two$estimate[2]
    answer("difference", name, group, level, values = 12 * c(apart, two$conf.int, two$stderr))
  }
}
# Degrees of freedom, and the squared error of the ratio times the denominator: for the spread pooled over groups.
spread_of <- function(rows) {
  fit <- lm(numerator ~ 0 + denominator, rows, weights = 1 / denominator)  # its slope is the ratio of totals
  e <- rows$numerator - coef(fit) * rows$denominator
  m <- nrow(rows)
  c(m - 1, m / (m - 1) * sum(e^2) / sum(rows$denominator))
}

for (name in names(tables)) {
  d <- tables[[name]]
  for (group in unique(d$group)) {
    rows <- d[d$group == group, ]
    ratio(paste("ratio", name, group, "all", sep = "|"), rows)
    for (last in 6:nrow(rows)) ratio(paste("ratio", name, group, last, sep = "|"), rows[(last - 5):last, ])
    totals(name, group, rows)
  }
  known <- known_of(d)
  parts <- sapply(split(known, known$group), spread_of)
  answer("sigma", name, values = sqrt(weighted.mean(parts[2, ], parts[1, ])))
}
