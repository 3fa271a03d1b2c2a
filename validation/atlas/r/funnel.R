# Over-dispersion: tau^2, Q and the mean by metafor, phi with winsorising and pooled spread in base R. Arguments: folder.
suppressPackageStartupMessages(library(metafor))
folder <- commandArgs(trailingOnly = TRUE)[1]
say <- function(key, values) cat(key, "\t", paste(sprintf("%.17g", values), collapse = " "), "\n", sep = "")

for (path in sort(list.files(folder, "^funnel_.*csv$", full.names = TRUE))) {
  name <- sub(".csv$", "", sub("^funnel_", "", basename(path)))
  d <- read.csv(path)
  v <- d$sigma^2 / d$size
  common <- rma(yi = d$value, vi = v, method = "FE")
  random <- rma(yi = d$value, vi = v, method = "DL")
  say(paste("funnel", name, "target", sep = "|"), coef(common))
  say(paste("funnel", name, "tau squared", sep = "|"), random$tau2)
  say(paste("funnel", name, "phi", sep = "|"), random$QE / nrow(d))
  z <- (d$value - coef(common)) / sqrt(v)
  ends <- quantile(z, c(0.1, 0.9), type = 7)
  say(paste("funnel", name, "winsorised phi", sep = "|"), mean(pmin(pmax(z, ends[1]), ends[2])^2))
  for (level in c(0.95, 0.998)) {
    half <- qnorm(1 - (1 - level) / 2) * sqrt(v + random$tau2)
    say(paste("funnel", name, "limits", level, sep = "|"), c(coef(common) - half, coef(common) + half))
  }
}

for (path in sort(list.files(folder, "^months_.*csv$", full.names = TRUE))) {
  name <- sub(".csv$", "", sub("^months_", "", basename(path)))
  d <- read.csv(path)
  d <- d[!is.na(d$numerator) & !is.na(d$denominator), ]
  parts <- sapply(split(d, d$group), function(rows) {
    fit <- lm(numerator ~ 0 + denominator, rows, weights = 1 / denominator)  # its slope is the ratio of totals
    e <- rows$numerator - coef(fit) * rows$denominator
    m <- nrow(rows)
    c(m - 1, m / (m - 1) * sum(e^2) / sum(rows$denominator))
  })
  say(paste("sigma", name, sep = "|"), sqrt(weighted.mean(parts[2, ], parts[1, ])))
}
