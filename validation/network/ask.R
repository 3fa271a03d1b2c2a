# `metafor::rma.mv` with the covariances of trials of several arms; tau squared where the slope of its likelihood is 0
suppressPackageStartupMessages(library(metafor))
# Twice the slope of the restricted likelihood, from its definition.
slope <- function(tau2, y, X, V, G) {
  W <- solve(V + tau2 * G)
  P <- W - W %*% X %*% solve(t(X) %*% W %*% X) %*% t(X) %*% W
  r <- P %*% y
  as.numeric(t(r) %*% G %*% r) - sum(P * G)
}
d <- tables$contrasts
for (n in split(d, d$network)) {
  names <- sort(unique(c(n$base, n$treatment)), method = "radix")
  X <- sapply(names[-1], function(one) (n$treatment == one) - (n$base == one))
  V <- G <- matrix(0, nrow(n), nrow(n))
  for (s in unique(n$study)) { at <- which(n$study == s); V[at, at] <- n$shared[at[1]]; G[at, at] <- 1 / 2 }
  diag(V) <- n$variance
  diag(G) <- 1
  common <- rma.mv(n$value, V, mods = X, intercept = FALSE)
  answer("contrasts", n$network[1], "common", values = c(common$b, common$se))
  answer("contrasts", n$network[1], "Q", values = common$QE)
  at <- c(0, 10^seq(-6, 1, length.out = 60))
  slopes <- sapply(at, slope, n$value, X, V, G)
  roots <- which(head(slopes, -1) > 0 & tail(slopes, -1) <= 0)
  # Of several maxima the highest: 0 is one where the likelihood falls from there on.
  tau2 <- c(if (slopes[1] <= 0) 0,
            sapply(roots, function(i) uniroot(slope, at[c(i, i + 1)], n$value, X, V, G, tol = 1e-15)$root))
  fits <- lapply(tau2, function(one) rma.mv(n$value, V, mods = X, intercept = FALSE, random = ~ treatment | study,
                                            rho = 1 / 2, tau2 = one, data = n))
  best <- which.max(sapply(fits, logLik))
  answer("contrasts", n$network[1], "tau squared", values = tau2[best])
  answer("contrasts", n$network[1], "random", values = c(fits[[best]]$b, fits[[best]]$se))
  # Its own way up ends no higher, where it ends at all.
  free <- tryCatch(as.numeric(logLik(rma.mv(n$value, V, mods = X, intercept = FALSE, random = ~ treatment | study,
                                            rho = 1 / 2, data = n))), error = function(e) NA)
  if (!is.na(free) && free > logLik(fits[[best]]) + 1e-9) stop("a higher likelihood than at the root")
  fit <- fits[[best]]
  # Effects of all treatments, the first one's 0, and the variance of each difference.
  b <- c(0, fit$b); C <- rbind(0, cbind(0, fit$vb)); D <- outer(diag(C), diag(C), "+") - 2 * C
  sure <- pnorm(outer(b, b, function(i, j) j - i) / sqrt(D)); diag(sure) <- NA
  answer("contrasts", n$network[1], "P-scores", values = rowMeans(sure, na.rm = TRUE))
  arms <- sapply(split(n, n$study), function(s) paste(sort(unique(c(s$base, s$treatment)), method = "radix"), collapse = " "))
  within <- sapply(split(names(arms), arms), function(studies) {
    at <- n$study %in% studies
    Z <- X[at, , drop = FALSE]
    # Columns that say nothing new of this design are left out.
    kept <- qr(Z)$pivot[seq_len(qr(Z)$rank)]
    if (sum(at) == length(kept)) return(0)
    rma.mv(n$value[at], V[at, at], mods = Z[, kept, drop = FALSE], intercept = FALSE)$QE
  })
  answer("contrasts", n$network[1], "Q within", values = sum(within))
  # Each comparison's own trials with the tau squared of all; the rest is taken out of the network by its information.
  for (one in 2:length(names)) for (other in seq_len(one - 1)) {
    pairs <- do.call(rbind, lapply(split(seq_len(nrow(n)), n$study), function(at) {
      pick <- (n$treatment[at] == names[one]) - (n$treatment[at] == names[other])
      held <- c(n$base[at], n$treatment[at])
      if (!all(names[c(one, other)] %in% held)) return(NULL)
      c(sum(pick * n$value[at]), sum(pick %o% pick * V[at, at]))
    }))
    if (is.null(pairs)) next
    w <- 1 / (pairs[, 2] + fit$tau2)
    direct <- sum(w * pairs[, 1]) / sum(w)
    left <- 1 / D[one, other] - sum(w)
    if (left * D[one, other] < 1e-7) next
    indirect <- ((b[one] - b[other]) / D[one, other] - direct * sum(w)) / left
    answer("contrasts", n$network[1], "sides", names[one], names[other], values = c(direct, sum(w)^-0.5, indirect, left^-0.5))
  }
}
