# What `survival::survdiff` says of 50,000 drawn trials each, from a seed
suppressMessages(library(survival))
trials <- tables$trials
PLAYED <- 50000

# Better by the two-sided test at 5 %: fewer events of the treated than expected. `survdiff.fit` is what survdiff asks
# once it has read its formula, which takes most of its time.
is_better <- function(time, event, treated) {
  fit <- survival:::survdiff.fit(Surv(time, event), treated + 1)
  gain <- sum(fit$expected[2]) - sum(fit$observed[2])
  gain > 0 && gain^2 / fit$var[2, 2] > qchisq(0.95, 1)
}
by_survdiff <- function(time, event, treated) {
  fit <- survdiff(Surv(time, event) ~ treated)
  fit$obs[2] < fit$exp[2] && fit$chisq > qchisq(0.95, 1)
}
set.seed(20261201)
for (one in list(c(2, 0.58), c(2, 0.7), c(4, 0.5))) {
  d <- trials[one[1], ]; ratio <- one[2]
  treated <- rep(0:1, c(d$controls, d$treated)); n <- length(treated)
  won <- sapply(seq_len(PLAYED), function(played) {
    time <- rexp(n, d$rate * ifelse(treated == 1, ratio, 1)); left <- pmin(rexp(n, d$dropout), d$years)
    told <- is_better(pmin(time, left), time <= left, treated)
    # The first thousand by the whole of survdiff too.
    stopifnot(played > 1000 || told == by_survdiff(pmin(time, left), time <= left, treated))
    told
  })
  answer("better", one[1], ratio, values = mean(won))
}
