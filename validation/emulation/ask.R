# `coxph` and `glm` of the start, weighted `coxph` and `survfit` of clones made one by one; trials, pairs and stays by loops
suppressPackageStartupMessages(library(survival))
GRACE <- 365; BOUNDS <- c(seq(0, GRACE - 1, 60), GRACE)
k <- length(BOUNDS) - 1
exact <- glm.control(epsilon = 1e-14, maxit = 100)
for (name in names(tables)) {
  d <- tables[[name]]; n <- nrow(d); d$i <- seq_len(n)
  d$start <- ifelse(d$treated == 1, (d$i * 37) %% d$exit, -1)
  # Clones, person by person.
  clones <- do.call(rbind, lapply(c(1, 0), function(s) do.call(rbind, lapply(d$i, function(i) {
    intime <- d$start[i] >= 0 && d$start[i] <= GRACE
    end <- d$exit[i]
    if (s == 1 && !intime) end <- min(end, GRACE)
    if (s == 0 && intime) end <- min(end, d$start[i])
    data.frame(i = i, s = s, exit = end, event = if (end == d$exit[i]) d$event[i] else 0, departed = as.numeric(end < d$exit[i]))
  }))))
  if (name == "strongly") for (column in c("exit", "event", "departed")) answer(name, "clones", column, values = clones[[column]])
  # Chances not to have started by each bound.
  intime <- d$start >= 0 & d$start <= GRACE
  d$looked <- pmin(ifelse(intime, d$start, d$exit), GRACE) + 1; d$began <- as.numeric(intime)
  cox <- coxph(Surv(looked, began) ~ age + edss + relapses, d, control = coxph.control(eps = 1e-12, iter.max = 50))
  curves <- survfit(cox, newdata = d, censor = FALSE)
  hazard <- cbind(0, t(summary(curves, times = BOUNDS + 1, extend = TRUE)$cumhaz))[, -1]
  stay <- list(hazard = exp(-hazard))
  rows <- do.call(rbind, lapply(d$i, function(i) do.call(rbind, lapply(seq_len(k), function(j) {
    upto <- if (intime[i]) d$start[i] else d$exit[i]
    if (upto > BOUNDS[j] || (upto == 0 && j == 1))
      data.frame(d[i, c("age", "edss", "relapses")], period = j - 1, y = as.numeric(intime[i] && upto <= BOUNDS[j + 1]))
  }))))
  pooled <- glm(y ~ age + edss + relapses + period + I(period^2), binomial, rows, control = exact)
  h <- sapply(seq_len(k), function(j) predict(pooled, data.frame(d, period = j - 1), type = "response"))
  stay$logistic <- cbind(1, t(apply(1 - h, 1, cumprod)))
  for (model in names(stay)) {
    u <- stay[[model]]
    pieces <- do.call(rbind, lapply(seq_len(nrow(clones)), function(r) {
      one <- clones[r, ]; cuts <- if (one$s == 1) c(0, GRACE) else BOUNDS
      from <- cuts[cuts < one$exit]; to <- pmin(c(cuts[-1], Inf)[cuts < one$exit], one$exit)
      if (!length(from)) return(NULL)
      w <- if (one$s == 1) ifelse(from == GRACE, 1 / (1 - u[one$i, k + 1]), 1) else 1 / u[one$i, match(from, BOUNDS)]
      data.frame(i = one$i, s = one$s, from, to, event = as.numeric(to == one$exit) * one$event, w)
    }))
    # Of the smallest table each row; of the others what comes of them.
    if (name == "strongly") for (column in c("from", "to", "event", "w")) answer(name, "rows", paste(model, column), values = pieces[[column]])
    fit <- coxph(Surv(from, to, event) ~ s, pieces, weights = w, cluster = i, control = coxph.control(eps = 1e-12, iter.max = 50))
    answer(name, "hazard ratio", model, values = c(coef(fit), sqrt(vcov(fit))))
    for (s in c(1, 0)) {
      curve <- survfit(Surv(from, to, event) ~ 1, pieces[pieces$s == s, ], weights = w, cluster = i, id = NULL)
      at <- summary(curve, times = c(200, 365, 700), extend = TRUE)
      answer(name, "curve", paste(model, s), values = c(at$surv, at$std.err / at$surv))
    }
  }
  if (name != "strongly") next
  # Quarters of a year: trials, each begun before anybody was treated or had the event; stays.
  months <- do.call(rbind, lapply(d$i, function(i) {
    m <- 0:((d$exit[i] - 1) %/% 90)
    data.frame(i, m, on = d$start[i] >= 0 & d$start[i] < 90 * (m + 1), had = d$event[i] == 1 & m == max(m), age = d$age[i])
  }))
  months$before <- ave(months$on, months$i, FUN = function(x) c(0, cumsum(x)[-length(x)])) > 0
  trials <- do.call(rbind, lapply(which(!months$before), function(r) {
    mine <- months[months$i == months$i[r] & months$m >= months$m[r], ][1:8, ]
    mine <- mine[!is.na(mine$i), ]
    keeps <- min(which(c(mine$on != mine$on[1], TRUE))) - 1
    c(r - 1, mine$on[1], nrow(mine), mine$had[nrow(mine)], keeps, mine$had[keeps])
  }))
  for (j in 1:6) answer(name, "trials", j, values = trials[, j])
  months$leaves <- !months$had & !duplicated(months$i, fromLast = TRUE)
  p <- fitted(glm(leaves ~ age + m, binomial, months, control = exact))
  q <- fitted(glm(leaves ~ m, binomial, months, control = exact))
  stayed <- function(p) ave(p, months$i, FUN = function(x) cumprod(c(1, 1 - x[-length(x)])))
  answer(name, "staying", "inverse", values = 1 / stayed(p))
  answer(name, "staying", "stabilised", values = stayed(q) / stayed(p))
  pair <- (d$i - 1) %/% 3
  first <- ave(d$exit, pair, FUN = min)
  answer(name, "pairs", values = c(first, d$event * (d$exit == first)))
}
