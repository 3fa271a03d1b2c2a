# Ratios of totals by survey::svyratio, totals and their differences by t.test. Arguments: folder of inputs.
suppressPackageStartupMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
say <- function(key, values) cat(key, "\t", paste(sprintf("%.17g", values), collapse = " "), "\n", sep = "")

ratio <- function(rows) {
  rows <- rows[!is.na(rows$numerator) & !is.na(rows$denominator), ]
  design <- svydesign(ids = ~1, weights = rep(1, nrow(rows)), data = rows)
  svyratio(~numerator, ~denominator, design)
}
answer <- function(key, rows) {
  known <- sum(!is.na(rows$numerator) & !is.na(rows$denominator))
  fit <- ratio(rows)
  say(paste0(key, "|ratio"), c(coef(fit), SE(fit)))
  for (level in c(0.9, 0.95)) say(paste0(key, "|limits|", level), confint(fit, level = level, df = known - 1))
}

for (path in sort(list.files(folder, "^months_.*csv$", full.names = TRUE))) {
  name <- sub(".csv$", "", sub("^months_", "", basename(path)))
  d <- read.csv(path)
  for (group in unique(d$group)) {
    rows <- d[d$group == group, ]
    answer(paste("ratio", name, group, "all", sep = "|"), rows)
    for (last in 6:nrow(rows)) answer(paste("ratio", name, group, last, sep = "|"), rows[(last - 5):last, ])
    half <- nrow(rows) %/% 2
    before <- rows$numerator[1:half]
    after <- rows$numerator[(half + 1):nrow(rows)]
    for (level in c(0.9, 0.95)) {
      one <- t.test(rows$numerator, conf.level = level)
      say(paste("total", name, group, level, sep = "|"), 12 * c(one$estimate, one$conf.int))
      two <- t.test(after, before, conf.level = level)
      say(paste("difference", name, group, level, sep = "|"),
          12 * c(two$estimate[1] - two$estimate[2], two$conf.int, two$stderr))
    }
  }
}
