# Shannon entropy by vegan::diversity; the jackknife over months written out. Arguments: folder of inputs.
suppressPackageStartupMessages(library(vegan))
folder <- commandArgs(trailingOnly = TRUE)[1]
say <- function(key, values) cat(key, "\t", paste(sprintf("%.17g", values), collapse = " "), "\n", sep = "")

for (path in sort(list.files(folder, "^mix_.*csv$", full.names = TRUE))) {
  name <- sub(".csv$", "", sub("^mix_", "", basename(path)))
  d <- read.csv(path)
  for (group in unique(d$group)) {
    months <- as.matrix(d[d$group == group, -(1:2)])
    months <- months[complete.cases(months), ]
    m <- nrow(months)
    entropy <- diversity(colSums(months), index = "shannon")
    without <- sapply(1:m, function(j) diversity(colSums(months[-j, , drop = FALSE]), index = "shannon"))
    error <- sqrt((m - 1) / m * sum((without - mean(without))^2))
    say(paste("diversity", name, group, "number", sep = "|"), c(exp(entropy), error))
    for (level in c(0.9, 0.95)) {
      limits <- entropy + c(-1, 1) * qt(1 - (1 - level) / 2, m - 1) * error
      say(paste("diversity", name, group, level, sep = "|"), pmin(pmax(exp(limits), 1), ncol(months)))
    }
  }
}
