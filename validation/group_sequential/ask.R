# `rpact::getDesignGroupSequential(tolerance = 1e-10)`, `getDesignCharacteristics`, `getPowerAndAverageSampleNumber`; spending written out; looks that are close by Simpson's rule on 8,001 points
suppressPackageStartupMessages(library(rpact))
KINDS <- c("obrien-fleming" = "OF", pocock = "P", "hwang-shih-decani" = "HSD")
numbers <- function(text) as.numeric(strsplit(as.character(text), ";")[[1]])
spent <- function(kind, alpha, t, gamma) switch(kind,
  "obrien-fleming" = 2 * pnorm(qnorm(alpha / 2) / sqrt(t)),
  pocock = alpha * log(1 + (exp(1) - 1) * t),
  "hwang-shih-decani" = alpha * (1 - exp(-gamma * t)) / (1 - exp(-gamma)))
designs <- tables$designs
for (i in seq_len(nrow(designs))) {
  d <- designs[i, ]
  t <- numbers(d$fractions)
  sides <- if (d$futility == "two sides") 2 else 1
  binding <- grepl("binding", d$futility)
  asked <- list(kMax = length(t), alpha = d$alpha, beta = d$beta, sided = sides, informationRates = t, tolerance = 1e-10,
                typeOfDesign = paste0("as", KINDS[[d$spending]]))
  if (!is.na(d$gamma)) asked$gammaA <- d$gamma
  if (d$spent_by != "") asked <- c(asked, typeBetaSpending = paste0("bs", KINDS[[d$spent_by]]), bindingFutility = binding)
  if (!is.na(d$beta_gamma)) asked$gammaB <- d$beta_gamma
  if (d$bounds != "") asked <- c(asked, list(futilityBounds = numbers(d$bounds), bindingFutility = binding))
  design <- suppressWarnings(do.call(getDesignGroupSequential, asked))
  answer(d$design, "upper", values = design$criticalValues)
  answer(d$design, "levels", values = design$stageLevels)
  answer(d$design, "spent", values = sides * spent(d$spending, d$alpha / sides, t, d$gamma))
  answer(d$design, "rpact spent", values = design$alphaSpent)
  if (d$futility %in% c("spent", "spent and binding")) answer(d$design, "futility", values = design$futilityBounds)
  told <- getDesignCharacteristics(design)
  drift <- sqrt(told$shift)
  answer(d$design, "drift", values = c(drift, told$inflationFactor))
  for (part in c(0, 0.5, 1)) {
    p <- getPowerAndAverageSampleNumber(design, theta = as.numeric(sprintf("%.15g", part * drift)), nMax = 1)
    stops <- if (d$futility %in% c("none", "two sides")) 0 * t[-1] else p$futilityPerStage[, 1]
    answer(d$design, "crossing", sprintf("%.15g", part * drift),
           values = c(p$rejectPerStage[, 1], stops, p$averageSampleNumber))
  }
}

# Looks that are close together: rpact loses the sixth digit there. The density of who goes on, on an even grid.
simpson <- function(n, h) h / 3 * c(1, rep(c(4, 2), length.out = n - 2), 1)
close_bounds <- function(amounts, t) {
  n <- 8001; found <- numeric(length(t)); x <- 0; mass <- 1; before <- 0
  for (k in seq_along(t)) {
    step <- t[k] - before
    above <- function(b) sum(mass * pnorm((x - b) / sqrt(step)))
    b <- uniroot(function(b) log(above(b)) - log(amounts[k]), c(-1, 8), tol = 1e-14)$root
    found[k] <- b / sqrt(t[k])
    low <- -9 * sqrt(t[k]); y <- seq(low, b, length.out = n)
    density <- vapply(y, function(one) sum(mass * dnorm((one - x) / sqrt(step))), 0) / sqrt(step)
    mass <- density * simpson(n, y[2] - y[1]); x <- y; before <- t[k]
  }
  found
}
for (text in c("0.5;0.51;1", "0.3;0.305;0.6;0.62;1", "0.2;0.25;0.3;0.9;0.95;1")) {
  t <- numbers(text)
  answer("close", text, values = close_bounds(diff(c(0, spent("pocock", 0.025, t, NA))), t))
}
