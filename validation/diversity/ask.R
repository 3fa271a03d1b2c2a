# `vegan::diversity`, the jackknife over months written out
suppressPackageStartupMessages(library(vegan))

for (name in names(tables)) {
  d <- tables[[name]]
  for (group in unique(d$group)) {
    months <- as.matrix(d[d$group == group, -(1:2)])
    months <- months[complete.cases(months), ]
    m <- nrow(months)
    entropy <- diversity(colSums(months), index = "shannon")
    without <- sapply(1:m, function(j) diversity(colSums(months[-j, , drop = FALSE]), index = "shannon"))
    error <- sqrt((m - 1) / m * sum((without - mean(without))^2))
    answer("diversity", name, group, "number", values = c(exp(entropy), error))
    for (level in LEVELS) {
      limits <- entropy + c(-1, 1) * qt(1 - (1 - as.numeric(level)) / 2, m - 1) * error
      answer("diversity", name, group, level, values = pmin(pmax(exp(limits), 1), ncol(months)))
    }
  }
}
