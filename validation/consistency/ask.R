# `survfit`, `survfit_confint` and `sprintf` over every pattern of 12 people; `glm(family = poisson)`; `confint.default`
suppressPackageStartupMessages(library(survival))

# Every pattern of numbers at risk of 12 people, as a curve of its own: between two events some are lost.
at_risk <- unlist(lapply(1:11, function(k) combn(12:2, k, simplify = FALSE)), recursive = FALSE)
curve_of <- function(numbers) {
  time <- event <- c()
  left <- 12
  for (i in seq_along(numbers)) {
    lost <- left - numbers[i]
    time <- c(time, rep(i - 0.5, lost), i)
    event <- c(event, rep(0, lost), 1)
    left <- numbers[i] - 1
  }
  s <- summary(survfit(Surv(c(time, rep(99, left)), c(event, rep(0, left))) ~ 1), times = 50)
  c(s$surv, s$std.err / s$surv)
}
curves <- sapply(at_risk, curve_of)
sums <- sapply(at_risk, sum)
# A product of fractions that is a half exactly comes out beside it: nine digits bring it back.
printed <- function(x, digits) sprintf("%.*f", digits, round(100 * x, 9))
limits <- function(p, error, kind, level)
  survival:::survfit_confint(p, error, logse = TRUE, conf.type = kind, conf.int = as.numeric(level))

# How many patterns print what one of them prints, by which kind of interval, and what their numbers add up to.
for (place in c(3, 40, 200, 333, 700, 1200, 1500)) for (digits in c(0, 1)) {
  for (kind in INTERVALS) for (level in LEVELS) {
    one <- limits(curves[1, place], curves[2, place], kind, level)
    texts <- c(printed(curves[1, place], digits), printed(one$lower, digits), printed(one$upper, digits))
    found <- c()
    for (each in INTERVALS) {
      all <- limits(curves[1, ], curves[2, ], each, level)
      same <- printed(curves[1, ], digits) == texts[1] & printed(all$lower, digits) == texts[2] &
        printed(all$upper, digits) == texts[3]
      same[is.na(same)] <- FALSE
      found <- c(found, sum(same), sum(sums[same]))
    }
    answer("pattern", place, kind, level, texts[1], texts[2], texts[3], values = found)
    # Of how many people without losses it would be so wide, on the scale that it was made on.
    p <- curves[1, place]
    if (digits == 1 && one$upper < 1 && one$lower > 0)
      answer("shape", kind, level, sprintf("%.7f", p), sprintf("%.7f", one$lower), sprintf("%.7f", one$upper),
             values = (1 - p) / (p * curves[2, place]^2))
  }
}

# Counts that are printed so: C rounds the exact halves of these to the even digit.
for (people in c(24, 149, 617, 40)) for (text in c("9", "50", "54", "62.5", "83.3", "12", "0", "100")) {
  digits <- ifelse(grepl("[.]", text), 1, 0)
  counts <- 0:people
  same <- counts[sprintf("%.*f", digits, 100 * counts / people) == text]
  cut <- counts[sprintf("%.*f", digits, floor(100 * counts / people * 10^digits + 1e-9) / 10^digits) == text]
  answer("even", text, people, values = c(length(same), sum(same)))
  answer("cut", text, people, values = c(length(cut), sum(cut)))
}

# Two rates: limits, standard error and p of the ratio.
for (pair in list(c(3, 34), c(12, 20), c(40, 44), c(7, 7))) for (level in LEVELS) {
  fit <- glm(pair ~ factor(c(1, 0)), family = poisson)
  ends <- confint.default(fit, level = as.numeric(level))[2, ]
  of <- summary(fit)$coefficients[2, ]
  key <- sprintf("%.17g", exp(c(of[1], ends)))
  answer("ratio", pair[1], pair[2], level, key[1], key[2], key[3],
         values = c(exp(mean(ends)), of[2], of[4], sqrt(vcov(fit)[2, 2])))
}
fit <- glm(c(20, 20) ~ factor(c(1, 0)), family = poisson)
answer("least", 40, values = sqrt(vcov(fit)[2, 2]))
