# `survfit(Surv(entry, exit, factor), weights = , id = , influence = TRUE)`; `coxph(robust = TRUE)` of each kind
suppressPackageStartupMessages(library(survival))
DAYS <- c(12, 30, 45); UNTIL <- 40
for (name in names(tables)) {
  d <- tables[[name]]
  d$state <- factor(d$cause, 0:2)
  told <- lapply(c(1, 0), function(arm) {
    own <- d[d$arm == arm, ]
    # R gives all rows of one id the weight of its first: here weights change with time, so that every row is an id.
    own$row <- seq_len(nrow(own))
    f <- survfit(Surv(entry, exit, state) ~ 1, own, weights = weight, id = row, influence = TRUE)
    had <- rowSums(f$n.event[, -1, drop = FALSE]) > 0
    # Influences are of rows that weigh 1; the first of them is that at the start.
    moved <- f$influence.pstate * own$weight
    first <- dim(moved)[2] - length(f$time)
    stopifnot(dim(moved)[1] == nrow(own))
    # std.err of survival 3.5 is by id whatever `cluster` says: by person it is made of these influences.
    stopifnot(all.equal(f$std.err[9, 2], sqrt(sum(moved[, 9 + first, 2]^2))))
    by_person <- function(kind) apply(moved[, -seq_len(first), kind + 1], 2, function(one) sqrt(sum(rowsum(one, own$person)^2)))
    place <- function(day) findInterval(day, f$time)
    at <- function(kind, day) list(value = f$pstate[place(day), kind + 1], moved = rowsum(moved[, place(day) + first, kind + 1], own$person))
    area <- function(kind) {
      steps <- c(f$time[f$time < UNTIL], UNTIL); width <- diff(steps); k <- seq_along(width)
      list(value = sum(f$pstate[k, kind + 1] * width), moved = rowsum(drop(moved[, k + first, kind + 1] %*% width), own$person))
    }
    for (kind in 1:2) {
      answer(name, "incidence", arm, kind, values = f$pstate[had, kind + 1])
      answer(name, "error", arm, kind, values = by_person(kind)[had])
      for (day in DAYS) {
        p <- f$pstate[place(day), kind + 1]; spread <- qnorm(0.975) * by_person(kind)[place(day)] / (p * log(p))
        answer(name, "limits", arm, kind, day, values = c(p, p^exp(-spread), p^exp(spread)))
      }
    }
    list(at = at, area = area)
  })
  apart <- function(one, other, by = c(1, -1)) {
    both <- rbind(by[1] * one$moved, by[2] * other$moved)
    sqrt(sum(rowsum(c(both), c(rownames(one$moved), rownames(other$moved)))^2))
  }
  for (kind in 1:2) for (day in DAYS) {
    one <- told[[1]]$at(kind, day); other <- told[[2]]$at(kind, day)
    answer(name, "difference", kind, day, values = c(one$value - other$value, apart(one, other)))
    answer(name, "ratio", kind, day, values = c(log(one$value / other$value), apart(one, other, c(1 / one$value, -1 / other$value))))
  }
  for (kind in 1:2) {
    one <- told[[1]]$area(kind); other <- told[[2]]$area(kind)
    answer(name, "lost", kind, values = c(one$value - other$value, apart(one, other)))
    fit <- coxph(Surv(entry, exit, cause == kind) ~ arm, d, weights = weight, cluster = person, ties = "efron",
                 control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100))
    answer(name, "hazard ratio", kind, values = c(coef(fit), sqrt(vcov(fit))))
  }
}
value <- function(rr) { rr <- max(rr, 1 / rr); rr + sqrt(rr * (rr - 1)) }
answer("E-value", 0.6, 0.4, 0.9, values = c(value(0.6), value(0.9)))
answer("E-value", 1.7, 0.8, 3, values = c(value(1.7), 1))
