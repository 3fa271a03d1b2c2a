# `metafor::rma` (`FE`, `DL`); `quantile`
suppressPackageStartupMessages(library(metafor))

for (name in names(tables)) {
  d <- tables[[name]]
  v <- d$sigma^2 / d$size
  common <- rma(yi = d$value, vi = v, method = "FE")
  random <- rma(yi = d$value, vi = v, method = "DL")
  answer("funnel", name, "target", values = coef(common))
  answer("funnel", name, "tau squared", values = random$tau2)
  answer("funnel", name, "phi", values = random$QE / nrow(d))
  z <- (d$value - coef(common)) / sqrt(v)
  ends <- quantile(z, c(0.1, 0.9), type = 7)
  answer("funnel", name, "winsorised phi", values = mean(pmin(pmax(z, ends[1]), ends[2])^2))
  for (level in c("0.95", "0.998")) {
    half <- qnorm(1 - (1 - as.numeric(level)) / 2) * sqrt(v + random$tau2)
    answer("funnel", name, "limits", level, values = c(coef(common) - half, coef(common) + half))
  }
}
