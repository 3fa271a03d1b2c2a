# `survfit`, `survfit_confint` and `sprintf` over every pattern of 9 people with every place of its events
suppressPackageStartupMessages(library(survival))

# People with these numbers at risk at their events: between two events some are lost.
people_of <- function(numbers, times, people) {
  time <- event <- c()
  left <- people
  before <- 0
  for (i in seq_along(numbers)) {
    lost <- left - numbers[i]
    time <- c(time, rep((before + times[i]) / 2, lost), times[i])
    event <- c(event, rep(0, lost), 1)
    left <- numbers[i] - 1
    before <- times[i]
  }
  list(time = c(time, rep(99, left)), event = c(event, rep(0, left)))
}
curve_of <- function(numbers, people) {
  d <- people_of(numbers, seq_along(numbers), people)
  summary(survfit(Surv(d$time, d$event) ~ 1), times = seq_along(numbers))
}
# Of how many readings one is off so far in one curve of a hundred.
reach_of <- function(many) qnorm(1 - 0.01 / many / 2)

# Readings at 1, 2, 3, 4; numbers at risk before 2 (a reading) and 3.5 (none). An event can come between any two of the
# times that something is known of, and at the time of a printed number in as far as all of them are at risk.
READ <- c(1, 2, 3, 4)
EDGES <- c(1, 2, 3, 3.5, 4)
fits <- function(numbers, place, shares, error, left) {
  k <- length(numbers)
  s <- c(1, cumprod(1 - 1 / numbers))
  had <- sapply(EDGES, function(edge) sum(EDGES[place] <= edge))
  off <- s[had[EDGES %in% READ] + 1] - shares
  far <- reach_of(length(READ)) * max(error, 0.00005 / reach_of(length(READ)))
  if (any(abs(off) > far)) return(NA)
  for (level in split(seq_along(READ), had[EDGES %in% READ])) {
    at <- s[had[EDGES %in% READ][level[1]] + 1]
    if (at < 1 && at > 0 && abs(sum(off[level])) > far * sqrt(length(level))) return(NA)
  }
  for (j in seq_along(left)) {
    edge <- c(2, 3.5)[j]
    early <- numbers[EDGES[place] < edge]
    there <- numbers[EDGES[place] == edge]
    late <- numbers[EDGES[place] > edge]
    at_it <- there[there <= left[j]]
    if (any(early <= left[j]) || any(late > left[j])) return(NA)
    if (length(at_it) && any(at_it != left[j] - seq_along(at_it) + 1)) return(NA)
  }
  sum((off / max(error, 0.00005 / reach_of(length(READ))))^2)
}
subsets <- unlist(lapply(0:5, function(k) combn(9:1, k, simplify = FALSE)), recursive = FALSE)
places <- lapply(0:5, function(k) {
  if (k == 0) return(list(integer(0)))
  each <- as.matrix(expand.grid(rep(list(seq_along(EDGES)), k)))
  each <- each[apply(each, 1, function(one) all(diff(one) >= 0)), , drop = FALSE]
  lapply(seq_len(nrow(each)), function(i) unname(each[i, ]))
})
search_all <- function(shares, error, left, events) {
  found <- c(0, 0, Inf)
  for (numbers in subsets) {
    if (length(numbers) != events) next
    s <- if (events) tail(cumprod(1 - 1 / numbers), 1) else 1
    # No pattern can fit whose last share is off: this only saves time.
    if (abs(s - tail(shares, 1)) > 6 * error + 0.001) next
    misfit <- suppressWarnings(min(sapply(places[[events + 1]], function(p) fits(numbers, p, shares, error, left)),
                                   na.rm = TRUE))
    if (is.finite(misfit)) found <- c(found[1] + 1, found[2] + sum(numbers), min(found[3], misfit))
  }
  if (found[1] == 0) c(0, 0, 0) else found
}
ask <- function(shares, error, left, events)
  answer("curve", paste(shares, collapse = " "), error, paste(left, collapse = " "), events,
         values = search_all(shares, error, left, events))
for (error in c(0, 0.002, 0.01, 0.03)) {
  ask(c(0.8889, 0.8889, 0.7778, 0.6667), error, c(8, 7), 3)
  ask(c(1, 0.875, 0.729, 0.583), error, c(9, 6), 3)
  ask(c(1, 0.8571, 0.8571, 0.5714), error, c(8, 5), 3)
  ask(c(0.8889, 0.7619, 0.6349, 0.4762), error, c(7, 4), 4)
  ask(c(0.77, 0.65, 0.65, 0.43), error, c(7, 5), 5)
  ask(c(1, 1, 1, 0.8), error, c(9, 5), 1)
  ask(c(1, 1, 1, 1), error, c(9, 7), 0)
}

printed <- function(x) sprintf("%.1f", round(100 * x, 9))
for (numbers in list(c(9, 7, 6), c(8), c(9, 8, 7), c(7, 5, 4, 2), c(6, 5))) {
  s <- curve_of(numbers, 9)
  answer("times", paste(numbers, collapse = " "), values = c(s$n.risk, tail(s$surv, 1), tail(s$std.err, 1)))
  for (kind in INTERVALS) {
    p <- tail(s$surv, 1)
    one <- survival:::survfit_confint(p, tail(s$std.err, 1) / p, logse = TRUE, conf.type = kind, conf.int = 0.9)
    answer("printed", paste(numbers, collapse = " "), kind, printed(p), printed(one$lower), printed(one$upper),
           values = 1)
  }
}
