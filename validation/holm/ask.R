# `p.adjust(method = "holm")`
for (p in c("0.5", "0.01 0.04 0.03", "0.02 0.02 0.02 0.9", "1e-12 0.3 0.049 0.0501 1", "0.2 0.6 0.9")) {
  answer(p, values = p.adjust(as.numeric(strsplit(p, " ")[[1]]), "holm"))
}
