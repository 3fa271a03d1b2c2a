# Shares of the total sum of squares that each factor explains: sequential sums of squares of anova(lm()), averaged over
# all orders in which the factors can enter (LMG, Shapley). Usage: Rscript --vanilla r/shares.R inputs
# Prints "data set<TAB>shares of the factors in order, then the rest", 17 significant digits.
orders <- function(x) {
  if (length(x) <= 1) return(list(x))
  unlist(lapply(seq_along(x), function(i) lapply(orders(x[-i]), function(rest) c(x[i], rest))), recursive = FALSE)
}
for (file in sort(list.files(commandArgs(trailingOnly = TRUE)[1], pattern = "[.]csv$", full.names = TRUE), method = "radix")) {
  d <- read.csv(file)
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
  cat(sub("[.]csv$", "", basename(file)), "\t", paste(sprintf("%.17g", c(shares, 1 - sum(shares))), collapse = " "), "\n", sep = "")
}
