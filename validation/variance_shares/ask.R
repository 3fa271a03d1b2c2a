# `anova(lm())`: sequential sums of squares, averaged over all orders in which the factors can enter (LMG, Shapley)
orders <- function(x) {
  if (length(x) <= 1) return(list(x))
  unlist(lapply(seq_along(x), function(i) lapply(orders(x[-i]), function(rest) c(x[i], rest))), recursive = FALSE)
}
for (name in names(tables)) {
  d <- tables[[name]]
  factors <- setdiff(names(d), "value")
  d[factors] <- lapply(d[factors], factor)
  total <- sum((d$value - mean(d$value))^2)
  sums <- setNames(numeric(length(factors)), factors)
  all_orders <- orders(factors)
  for (order in all_orders) {
    table <- anova(lm(reformulate(order, "value"), data = d))
    found <- setNames(table[["Sum Sq"]], rownames(table))
    for (f in factors) if (!is.na(found[f])) sums[f] <- sums[f] + found[f]
  }
  shares <- sums / length(all_orders) / total
  answer(name, values = c(shares, 1 - sum(shares)))
}
