# `cmprsk::cuminc`, `cuminc(strata = )`: `Tests`
suppressPackageStartupMessages(library(cmprsk))

for (name in setdiff(names(tables), "late_entry")) {
  d <- tables[[name]]
  for (by in c("group", "x1")) {
    tests <- cuminc(d$exit, d$cause, d[[by]])$Tests
    for (kind in rownames(tests)) answer(name, by, kind, values = tests[kind, c("stat", "pv")])
  }
  if (name == "trial_of_24") next  # strata of so few that some hold one group
  tests <- cuminc(d$exit, d$cause, d$group, d$x1)$Tests
  for (kind in rownames(tests)) answer(name, "group in x1", kind, values = tests[kind, c("stat", "pv")])
}
