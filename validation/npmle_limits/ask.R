# The likelihood over every stretch between two days, climbed by Newton's steps with the share held (`lsei::lsei`); `uniroot`
suppressPackageStartupMessages(library(lsei))

# Every stretch between two days named anywhere: no innermost interval is looked for.
stretches <- function(d, day) {
  ends <- sort(unique(c(0, d$last_free, d$seen[d$seen < Inf], day, Inf)))
  list(covers = outer(seq_len(nrow(d)), seq_len(length(ends) - 1),
                      function(i, j) 1 * (d$last_free[i] <= ends[j] & ends[j + 1] <= d$seen[i])),
       after = ends[-length(ends)] >= day)
}
# The largest log likelihood with the share s free after the day; anywhere, if s is NULL.
held <- function(cells, s = NULL) {
  A <- cells$covers
  sides <- if (is.null(s)) matrix(1, 1, ncol(A)) else rbind(1 * !cells$after, 1 * cells$after)
  sums <- if (is.null(s)) 1 else c(1 - s, s)
  # Begins with mass in few stretches: on each side the one most covered by who has no mass yet, until all have some.
  p <- rep(0, ncol(A))
  for (side in seq_len(nrow(sides))) {
    open <- rep(TRUE, nrow(A)); in_side <- sides[side, ] == 1
    repeat {
      most <- which.max(colSums(A[open, , drop = FALSE]) * in_side)
      if (!any(A[open, most] > 0) || !in_side[most]) break
      p[most] <- 1
      open <- open & A[, most] == 0
    }
    if (!any(p[in_side] > 0)) p[which(in_side)[1]] <- 1
  }
  p <- p * drop(t(sides) %*% (sums / drop(sides %*% p)))
  for (step in 1:500) {
    f <- drop(A %*% p)
    slope <- colSums(A / f)
    best <- apply(sides, 1, function(side) max(slope[side == 1]))
    if (sum(sums * best) - nrow(A) < 2e-8) return(sum(log(f)))
    # Where there is mass, and where each side gains most by some.
    use <- sort(unique(c(which(p > 0), apply(sides, 1, function(side) which.max(ifelse(side == 1, slope, -1))))))
    found <- lsei((A / f)[, use, drop = FALSE], rep(2, nrow(A)), sides[, use, drop = FALSE], sums,
                  diag(length(use)), rep(0, length(use)))
    aim <- replace(rep(0, ncol(A)), use, ifelse(found > 0, found, 0))
    aim <- aim * drop(t(sides) %*% (sums / drop(sides %*% aim)))
    part <- 1
    repeat {
      moved <- p + part * (aim - p)
      g <- drop(A %*% moved)
      if (all(g > 0) && sum(log(g)) >= sum(log(f)) - 1e-13 || part < 1e-9) break
      part <- part / 2
    }
    # A step of self-consistency: it gains little, but always, also where rounding spoils Newton's.
    p <- moved * colSums(A / drop(A %*% moved))
    p <- p * drop(t(sides) %*% (sums / drop(sides %*% p)))
    p[p < 1e-13] <- 0
  }
  stop("not at the top")
}
limits <- function(d, day, level) {
  cells <- stretches(d, day)
  top <- held(cells)
  fall <- function(s) 2 * (top - held(cells, s)) - qchisq(level, 1)
  s <- seq(0.02, 0.98, 0.04)
  inside <- s[which.min(sapply(s, fall))]
  edge <- 1e-6
  c(if (fall(edge) < 0) 0 else uniroot(fall, c(edge, inside), tol = 1e-10)$root,
    if (fall(1 - edge) < 0) 1 else uniroot(fall, c(inside, 1 - edge), tol = 1e-10)$root)
}

asked <- list(trial_of_24 = c(60, 200, 365, 500), few_days = c(2, 5, 9, 14), registry = c(150, 400, 900))
for (name in names(asked)) {
  d <- tables[[name]][seq_len(min(80, nrow(tables[[name]]))), ]
  d$seen[d$seen == 1e6] <- Inf
  for (day in asked[[name]]) for (level in c(0.9, 0.95)) answer(name, day, level, values = limits(d, day, level))
}
