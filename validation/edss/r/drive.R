# Asks edss_calculation() for the EDSS of every combination of seven functional systems and an ambulation score.
#
#   Rscript --vanilla drive.R edss_calculator.R answers.bin
#
# Writes one byte a combination, ambulation fastest: the EDSS in half-points, 255 for no answer. Takes some minutes.

arguments <- commandArgs(trailingOnly = TRUE)
source(arguments[1])
ask <- compiler::cmpfun(edss_calculation)
out <- file(arguments[2], "wb")
for (visual in 0:6) for (brainstem in 0:5) for (pyramidal in 0:6) for (cerebellar in 0:5) {
  each <- expand.grid(ambulation = 0:16, cerebral = 0:5, bowel_bladder = 0:6, sensory = 0:6)
  edss <- mapply(
    function(sensory, bowel_bladder, cerebral, ambulation)
      as.numeric(ask(pyramidal, cerebellar, brainstem, sensory, bowel_bladder, visual, cerebral, ambulation)),
    each$sensory, each$bowel_bladder, each$cerebral, each$ambulation
  )
  writeBin(as.raw(ifelse(is.na(edss), 255, 2 * edss)), out)
}
close(out)
