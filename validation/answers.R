# Shared by all scripts here: reads every input of a topic and prints answers as "key<TAB>values", 17 significant digits.
inputs <- function(folder) {
  files <- sort(list.files(folder, pattern = "[.]csv$", full.names = TRUE), method = "radix")
  tables <- lapply(files, read.csv)
  names(tables) <- sub("[.]csv$", "", basename(files))
  tables
}
answer <- function(..., values) {
  values <- as.numeric(values)
  text <- ifelse(is.na(values), "NA", sprintf("%.17g", values))
  cat(paste(..., sep = "|"), "\t", paste(text, collapse = " "), "\n", sep = "")
}
followed <- function(d) d[d$exit > d$entry, ]
INTERVALS <- c("plain", "log", "log-log", "logit", "arcsin")
LEVELS <- c("0.9", "0.95")
