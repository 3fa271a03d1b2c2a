# Rscript ask.R FOLDER [spmsDx.R]: asks spmsDx of MSoutcomes, or of a file that holds it, about each person alone, and
# writes answers.csv: the day of conversion and of the baseline that it rose from; nobody else converted.
folder <- commandArgs(trailingOnly = TRUE)
if (length(folder) > 1) source(folder[2]) else library(MSoutcomes)
v <- read.csv(file.path(folder[1], "visits.csv"))
names(v) <- c("ID", "dateEDSS", "EDSS", "FSpyr", "FScrbl", "FSbstem", "FSsens", "FSsph", "FSvis", "FScereb", "FSamb",
              "daysPostRelapse")
v$dateEDSS <- format(as.Date("2000-01-01") + v$dateEDSS)
answers <- NULL
for (one in split(v, v$ID)) {
  found <- suppressMessages(spmsDx(one))
  if (!is.null(found) && !is.na(found$date.SPMS[1]))
    answers <- rbind(answers, data.frame(person = one$ID[1], day = as.numeric(found$date.SPMS[1] - as.Date("2000-01-01"))))
}
write.csv(answers, file.path(folder[1], "answers.csv"), row.names = FALSE, quote = FALSE)
