# Rscript ask.R FOLDER: the same trials made by loops, `glm` of months, `coxph(cluster = person)`; writes models_r.json
suppressPackageStartupMessages(library(survival))
options(digits = 17)
folder <- commandArgs(trailingOnly = TRUE)[1]
m <- read.csv(file.path(folder, "months.csv"))
MOST <- 12
exact <- glm.control(epsilon = 1e-14, maxit = 100)
# Rows of each trial, one trial after the other; a row knows its person's month and those with which its trial began.
rows <- do.call(rbind, lapply(split(m, m$person), function(one) {
  do.call(rbind, lapply(which(one$eligible == 1), function(begins) {
    mine <- one[begins:min(nrow(one), begins + MOST - 1), ]
    departs <- c(which(mine$treated != mine$treated[1]), Inf)[1]
    data.frame(person = mine$person, trial = begins - 1, followup = seq_len(nrow(mine)) - 1, assigned = mine$treated[1],
               treated = mine$treated, event = mine$event, age = mine$age, score = mine$score,
               score_bas = mine$score[1], departs = departs)
  }))
}))
rows$key <- paste(rows$person, rows$trial)
of_event <- event ~ assigned + followup + I(followup^2) + trial + I(trial^2) + age + score_bas
cox <- function(rows, weight) {
  fit <- coxph(Surv(followup, followup + 1, event) ~ assigned, rows, weights = weight, cluster = person,
               control = coxph.control(eps = 1e-12, iter.max = 50))
  c(coef(fit), sqrt(vcov(fit)))
}
whole <- glm(of_event, binomial, rows, control = exact)
# Departing at month k is decided by what is known in month k, in each arm by itself.
at_risk <- rows[rows$followup > 0 & rows$followup + 1 <= rows$departs, ]
at_risk$gone <- as.numeric(at_risk$followup + 1 == at_risk$departs)
base <- gone ~ age + score_bas + followup + I(followup^2) + trial + I(trial^2)
at_risk$ratio <- NA
for (arm in 0:1) {
  mine <- at_risk$assigned == arm
  below <- glm(update(base, . ~ . + score), binomial, at_risk[mine, ], control = exact)
  above <- glm(base, binomial, at_risk[mine, ], control = exact)
  at_risk$ratio[mine] <- (1 - fitted(above)) / (1 - fitted(below))
}
kept <- rows[rows$followup + 1 < rows$departs, ]
place <- match(paste(kept$key, kept$followup), paste(at_risk$key, at_risk$followup))
kept$ratio <- ifelse(kept$followup == 0, 1, at_risk$ratio[place])
kept$w <- ave(kept$ratio, kept$key, FUN = cumprod)
protocol <- suppressWarnings(glm(of_event, binomial, kept, weights = w, control = exact))
shown <- function(name, values) sprintf(' "%s": [%s]', name, paste(sprintf("%.17g", values), collapse = ", "))
last <- !duplicated(kept$key, fromLast = TRUE)
writeLines(c("{", paste(c(
  sprintf(' "versions": "%s, survival %s"', R.version.string, packageVersion("survival")),
  shown("rows", c(nrow(rows), nrow(kept))), shown("whole", coef(whole)), shown("kept", coef(protocol)),
  shown("hazard ratio whole", cox(rows, rep(1, nrow(rows)))), shown("hazard ratio kept", cox(kept, kept$w)),
  shown("sum of weights", c(sum(kept$w), sum(kept$w^2), sum(kept$w[last])))), collapse = ",\n"), "}"),
  file.path(folder, "models_r.json"))
