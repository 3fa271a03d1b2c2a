# `metafor::rma.mv` of a network without each of its trials; Egger's slope of a whole network by `lm` on turned rows
suppressPackageStartupMessages(library(metafor))
parts <- function(d, start) {
  found <- start
  repeat {
    more <- unique(c(found, unlist(lapply(split(d, d$study), function(s) {
      arms <- c(s$base[1], s$treatment); if (any(arms %in% found)) arms }))))
    if (length(more) == length(found)) return(sort(found, method = "radix"))
    found <- more
  }
}
covariance <- function(d) {
  V <- matrix(0, nrow(d), nrow(d))
  for (s in unique(d$study)) { at <- which(d$study == s); V[at, at] <- d$shared[at[1]] }
  diag(V) <- d$variance
  V
}
for (d in split(tables$contrasts, tables$contrasts$network)) {
  if (d$network[1] > 25) next
  all <- sort(unique(c(d$base, d$treatment)), method = "radix")
  for (out in unique(d$study)) {
    n <- d[d$study != out, ]
    joined <- parts(n, all[1])
    if (length(joined) == 1) { answer("contrasts", d$network[1], "without", out, values = 1); next }
    n <- n[n$base %in% joined, ]
    X <- sapply(joined[-1], function(one) (n$treatment == one) - (n$base == one))
    fit <- rma.mv(n$value, covariance(n), mods = matrix(X, nrow(n)), intercept = FALSE)
    answer("contrasts", d$network[1], "without", out, values = c(length(joined), fit$b, fit$se))
  }
  # Each study by its contrasts to the arm that is first by name, then rows that err by themselves.
  turned <- lapply(split(d, d$study), function(s) {
    arms <- c(s$base[1], s$treatment)
    numbers <- rbind(0, diag(nrow(s)))
    first <- order(arms, method = "radix")[1]
    T <- (numbers - numbers[rep(first, nrow(numbers)), , drop = FALSE])[-first, , drop = FALSE]
    V <- T %*% covariance(s) %*% t(T)
    X <- sapply(all[-1], function(one) (arms[-first] == one) - (arms[first] == one))
    L <- chol(solve(V))
    list(y = L %*% (T %*% s$value), X = L %*% cbind(matrix(X, nrow(s)), sqrt(diag(V))))
  })
  y <- do.call(rbind, lapply(turned, `[[`, "y")); X <- do.call(rbind, lapply(turned, `[[`, "X"))
  if (length(unique(d$study)) < 10 || nrow(X) <= ncol(X)) next
  f <- summary(lm(y ~ X - 1))$coefficients
  answer("contrasts", d$network[1], "funnel", values = f[nrow(f), c(1, 2, 4)])
}
