# `cor(method = "spearman")`, and the least and most of it over every order that ranges allow, one by one
for (d in split(tables$pairs, tables$pairs$set)) {
  answer("pairs", d$set[1], values = suppressWarnings(cor(d$x, d$y, method = "spearman")))
}
# Every way to put n things in order.
orders <- function(n) if (n == 1) matrix(1) else {
  shorter <- orders(n - 1)
  do.call(rbind, lapply(seq_len(n), function(at) cbind(at, shorter + (shorter >= at))))
}
for (d in split(tables$ranges, tables$ranges$set)) {
  known <- d$least == d$most
  found <- c()
  for (at in seq_len(nrow(all <- orders(nrow(d))))) {
    place <- all[at, ]
    # Known values that are alike share the mean of their places, which must be neighbours.
    together <- tapply(place[known], d$least[known], function(p) diff(range(p)) == length(p) - 1)
    if (!all(together)) next
    place[known] <- ave(place[known], d$least[known])
    allowed <- all(outer(seq_len(nrow(d)), seq_len(nrow(d)), Vectorize(function(i, j) {
      same <- d$least[i] == d$least[j] && d$most[i] == d$most[j]
      same || d$most[i] > d$least[j] || place[i] < place[j]
    })))
    if (allowed) found <- c(found, suppressWarnings(cor(rank(place), rank(d$other))))
  }
  answer("ranges", d$set[1], values = range(found))
}
