# Maller and Zhou's alpha, written out: events as late as the plateau after the last of them is long
for (name in names(tables)) {
  d <- tables[[name]]
  last <- max(d$exit); event <- max(d$exit[d$event == 1])
  if (event == last) next
  late <- sum(d$event == 1 & d$exit > 2 * event - last & d$exit <= event)
  answer(name, values = c(late, (1 - late / nrow(d))^nrow(d)))
}
