# `rpact::getSampleSizeSurvival` (Schoenfeld, Freedman), `getPowerSurvival`, `getEventProbabilities`; calendars by `integrate` and `uniroot`
suppressPackageStartupMessages(library(rpact))
numbers <- function(text) as.numeric(strsplit(as.character(text), ";")[[1]])
fixed <- function(alpha, beta, sided) getDesignGroupSequential(kMax = 1, alpha = alpha, beta = beta, sided = sided)
for (type in c("Schoenfeld", "Freedman")) for (ratio in c(0.4, 0.6, 0.8, 1.5)) for (allocation in c(1, 2, 0.5)) for (sided in 1:2) {
  told <- getSampleSizeSurvival(fixed(0.025, 0.1, sided), typeOfComputation = type, lambda2 = 0.03, hazardRatio = ratio,
                                allocationRatioPlanned = allocation, accrualTime = c(0, 12), followUpTime = 12)
  answer("events", tolower(type), ratio, allocation, sided, values = told$eventsFixed)
}
for (ratio in c(0.5, 0.7)) for (allocation in c(1, 2)) {
  told <- getPowerSurvival(fixed(0.025, 0.1, 1), lambda2 = 0.03, hazardRatio = ratio, directionUpper = FALSE,
                           allocationRatioPlanned = allocation, accrualTime = c(0, 12), maxNumberOfSubjects = 400, maxNumberOfEvents = 90)
  answer("power", ratio, allocation, values = told$overallReject)
}
answer("strata", 0.5, values = (3.2 / log(0.5))^2 / (0.6 * 1 / 4 + 0.4 * 3 / 16))
told <- getEventProbabilities(c(6, 12, 24, 40), accrualTime = c(0, 12), accrualIntensity = 20, lambda2 = 0.03, lambda1 = 0.02,
                              allocationRatioPlanned = 2, dropoutRate1 = 0.05, dropoutRate2 = 0.1, dropoutTime = 12)
answer("rpact events", values = 240 * told$cumulativeEventProbabilities)

rate_at <- function(x, starts, rates) rates[findInterval(x, starts)]
below <- function(x, starts, rates) sum(rates * pmax(pmin(x, c(starts[-1], Inf)) - starts, 0))
for (i in seq_len(nrow(tables$calendars))) {
  d <- tables$calendars[i, ]
  a <- numbers(d$accrual_starts); n <- numbers(d$accrual_rates); starts <- numbers(d$starts)
  longest <- if (is.na(d$followed_for)) Inf else d$followed_for
  arms <- list(list(h = numbers(d$treated), out = d$dropout_treated, share = d$share),
               list(h = numbers(d$control), out = d$dropout_control, share = 1 - d$share))
  # Each person's chance of the event between two times of their own, piece by piece.
  density <- function(arm) function(x) sapply(x, function(one) rate_at(one, starts, arm$h) * exp(-below(one, starts, arm$h) - arm$out * one))
  chance <- function(arm, from, to) {
    cuts <- sort(unique(c(from, starts[starts > from & starts < to], to)))
    if (to <= from) 0 else sum(mapply(function(l, r) integrate(density(arm), l, r, rel.tol = 1e-11)$value, head(cuts, -1), tail(cuts, -1)))
  }
  ends_when <- function(people) uniroot(function(x) below(x, a, n) - people, c(0, 1000), tol = 1e-13)$root
  events <- function(arm, at, people = d$people, from = 0, to = longest) {
    last <- min(at, ends_when(people))
    # The integrand bends where a person's follow-up meets a start.
    cuts <- sort(unique(pmin(pmax(c(0, a, at - starts, at - from, at - to, last), 0), last)))
    cuts <- cuts[is.finite(cuts)]
    f <- function(u) sapply(u, function(one) rate_at(one, a, n) * chance(arm, from, max(from, min(at - one, to))))
    arm$share * sum(mapply(function(l, r) if (r - l < 1e-12) 0 else integrate(f, l, r, rel.tol = 1e-9)$value, head(cuts, -1), tail(cuts, -1)))
  }
  both <- function(at, people = d$people) sum(sapply(arms, events, at = at, people = people))
  answer("expected", d$case, values = sapply(arms, events, at = d$at))
  wanted <- round(0.7 * both(d$at))
  answer("time", d$case, wanted, values = uniroot(function(at) both(at) - wanted, c(0.5, d$at), tol = 1e-9)$root)
  answer("people", d$case, wanted, values = uniroot(function(people) both(ends_when(people) + 10, people) - wanted, c(wanted, 900), tol = 1e-7)$root)
  answer("ever", d$case, values = d$people * sum(sapply(arms, function(arm) arm$share * chance(arm, 0, min(longest, 2000)))))
  ends <- pmin(c(starts[-1], Inf), longest)
  pieces <- sapply(seq_along(starts), function(k) sum(sapply(arms, events, at = d$at, from = min(starts[k], longest), to = ends[k])))
  answer("pieces", d$case, values = pieces)
  logs <- log(arms[[1]]$h / arms[[2]]$h)
  mean_log <- sum((pieces * logs)[pieces > 0]) / sum(pieces)
  answer("average", d$case, values = c(exp(mean_log), -mean_log * sqrt(sum(pieces) * d$share * (1 - d$share))))
}
# Looks at 40, 70 and 100 events, that end with these chances.
d <- getDesignGroupSequential(kMax = 3, alpha = 0.025, beta = 0.1, informationRates = c(0.4, 0.7, 1), typeOfDesign = "asOF", tolerance = 1e-10)
told <- getPowerSurvival(d, lambda2 = 0.03, hazardRatio = 0.6, directionUpper = FALSE, accrualTime = c(0, 12), maxNumberOfSubjects = 300,
                         maxNumberOfEvents = 100)
answer("duration", values = c(told$analysisTime[, 1], told$studyDuration, told$expectedNumberOfEvents, told$expectedNumberOfSubjects, told$overallReject))
# People and events for a power, looked at for the last time in month 60.
for (type in c("asOF", "asP")) for (ratio in c(0.5, 0.7)) for (allocation in c(1, 2)) for (power in c(0.8, 0.9)) {
  d <- getDesignGroupSequential(kMax = 3, alpha = 0.025, beta = 1 - power, informationRates = c(0.4, 0.7, 1), typeOfDesign = type, tolerance = 1e-10)
  told <- getSampleSizeSurvival(d, lambda2 = 0.01, hazardRatio = ratio, allocationRatioPlanned = allocation, accrualTime = c(0, 24),
                                followUpTime = 36, dropoutRate1 = 0.05, dropoutRate2 = 0.05, dropoutTime = 12)
  answer("size", type, ratio, allocation, power, values = c(told$maxNumberOfSubjects, told$maxNumberOfEvents))
}
