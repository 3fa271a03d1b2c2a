# `glm(binomial)`; weights and balance by hand; `matchit(method = "nearest")`; `svycoxph` and `svykm` with these weights
suppressPackageStartupMessages({
  library(survival)
  library(MatchIt)
  library(survey)
})
columns <- c("age", "edss", "relapses", "female")
for (name in names(tables)) {
  d <- tables[[name]]
  fit <- glm(treated ~ age + edss + relapses + female, binomial, d, control = glm.control(epsilon = 1e-14, maxit = 100))
  answer(name, "coefficients", values = coef(fit))
  answer(name, "errors", values = sqrt(diag(vcov(fit))))
  answer(name, "log likelihood", values = logLik(fit))
  e <- fitted(fit); z <- d$treated; p <- mean(z)
  w <- list(`inverse probability` = ifelse(z == 1, 1 / e, 1 / (1 - e)), stabilised = ifelse(z == 1, p / e, (1 - p) / (1 - e)),
            treated = ifelse(z == 1, 1, e / (1 - e)), overlap = ifelse(z == 1, 1 - e, e),
            matching = ifelse(z == 1, pmin(e, 1 - e) / e, pmin(e, 1 - e) / (1 - e)))
  spread <- sapply(columns, function(x) sqrt((var(d[z == 1, x]) + var(d[z == 0, x])) / 2))
  apart <- function(w) sapply(columns, function(x)
    weighted.mean(d[z == 1, x], w[z == 1]) - weighted.mean(d[z == 0, x], w[z == 0])) / spread
  answer(name, "apart", "before", values = apart(rep(1, nrow(d))))
  for (kind in names(w)) {
    answer(name, "apart", kind, values = apart(w[[kind]]))
    answer(name, "effective", kind, values = sapply(1:0, function(g) sum(w[[kind]][z == g])^2 / sum(w[[kind]][z == g]^2)))
    design <- svydesign(ids = ~1, weights = w[[kind]], data = d)
    cox <- svycoxph(Surv(exit, event) ~ treated, design)
    # survey divides by n - 1 where the sandwich of survival divides by n.
    answer(name, "cox", kind, values = c(coef(cox), sqrt(vcov(cox)[1, 1] * (nrow(d) - 1) / nrow(d))))
  }
  d$logit <- qlogis(e)
  found <- matchit(treated ~ age, d, distance = d$logit, method = "nearest", m.order = "largest")
  pairs <- as.integer(found$match.matrix[, 1])[order(as.integer(rownames(found$match.matrix)))]
  # In the others MatchIt 4.5.1 passes once over a nearer one that is free.
  if (name == "hardly") answer(name, "matchit", values = ifelse(is.na(pairs), 0, pairs))
  # Pairs of MatchIt 4.5.1 with a caliper lie farther apart than the caliper, so with one it is written out.
  sd <- sqrt((var(d$logit[z == 1]) + var(d$logit[z == 0])) / 2)
  for (caliper in c(Inf, 0.2, 0.05)) {
    free <- which(z == 0); pairs <- rep(0, nrow(d))
    for (one in which(z == 1)[order(-d$logit[z == 1])]) {
      away <- abs(d$logit[free] - d$logit[one])
      if (!length(free) || min(away) > caliper * sd) next
      pairs[one] <- free[which.min(away)]
      free <- free[-which.min(away)]
    }
    answer(name, "matches", caliper, values = pairs[z == 1])
  }
}
