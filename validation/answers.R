# Before each ask.R: the tables of the folder of inputs named on the command line, by name, and `answer`, which prints
# "key<TAB>values" with 17 significant digits. After it: `versions`.
answer <- function(..., values) {
  values <- as.numeric(values)
  text <- ifelse(is.na(values), "NA", sprintf("%.17g", values))
  cat(paste(..., sep = "|"), "\t", paste(text, collapse = " "), "\n", sep = "")
}
versions <- function() {
  cat("# R\t", R.version.string, "\n", sep = "")
  for (name in sort(as.character(names(sessionInfo()$otherPkgs)), method = "radix"))
    cat("# package ", name, "\t", as.character(packageVersion(name)), "\n", sep = "")
}
files <- sort(list.files(commandArgs(trailingOnly = TRUE)[1], pattern = "[.]csv$", full.names = TRUE), method = "radix")
tables <- lapply(files, read.csv)
names(tables) <- sub("[.]csv$", "", basename(files))

# Zero days of follow-up are not at risk with us; R keeps them on day 0.
followed <- function(d) d[d$exit > d$entry, ]
INTERVALS <- c("plain", "log", "log-log", "logit", "arcsin")
LEVELS <- c("0.9", "0.95")
