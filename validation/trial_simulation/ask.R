# `rpact::getSimulationSurvival`: 100,000 trials of each design, from a seed
suppressPackageStartupMessages(library(rpact))
half <- log(2) / 36
played <- function(design, events, ...) {
  getSimulationSurvival(design, plannedEvents = events, dropoutRate1 = 0.05, dropoutRate2 = 0.05, dropoutTime = 12,
    directionUpper = FALSE, maxNumberOfIterations = 1e5, seed = 1050, ...)
}
fixed <- getDesignGroupSequential(kMax = 1, alpha = 0.025)
three <- getDesignGroupSequential(informationRates = c(0.5, 0.75, 1), alpha = 0.025, typeOfDesign = "asOF")
stages <- function(name, s) {
  answer(name, "better by look", values = s$rejectPerStage)
  answer(name, "month of look", values = s$analysisTime)
}
evenly <- function(design, events, ratio)
  played(design, events, lambda2 = half, hazardRatio = ratio, accrualTime = c(0, 24), maxNumberOfSubjects = 500)
stages("fixed", evenly(fixed, 200, 0.65))
stages("three looks", evenly(three, c(100, 150, 200), 0.65))
stages("delayed", played(fixed, 200, piecewiseSurvivalTime = c(0, 6), lambda2 = c(half, half),
  lambda1 = c(half, half / 2), accrualTime = c(0, 24), maxNumberOfSubjects = 500))
stages("ramp, 2 to 1", played(fixed, 200, lambda2 = half, hazardRatio = 0.65, allocation1 = 2, allocation2 = 1,
  accrualTime = c(0, 6, 24), accrualIntensity = c(10, 25)))
