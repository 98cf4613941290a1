# Writes dose_response_subjects.csv (input) and dose_response_expected.csv.
# Stanford heart transplants: the transplant stands for the dose, the classic case of immortal time.
# Doses: a made-up record of up to five doses per subject, on the follow-up of survival::lung.
library(survival)
out <- list()
add <- function(data, method, k, landmark, fit) {
  s <- summary(fit)
  out[[length(out) + 1]] <<- data.frame(data = data, method = method, k = k, landmark_days = landmark,
    coefficient = unname(coef(fit)[1]), standard_error = unname(sqrt(vcov(fit)[1, 1])))
}
analyse <- function(name, people, doses, k, landmarks) {
  kth <- sapply(people$id, function(i) { d <- sort(doses$day[doses$id == i]); d <- d[d < people$stop[people$id == i]]
    if (length(d) >= k) d[k] else NA })
  people$kth <- kth
  people$ever <- as.numeric(!is.na(kth))
  add(name, "naive", k, NA, coxph(Surv(stop, event) ~ ever, people))
  for (l in landmarks) {
    at <- people[people$stop > l, ]
    at$by <- as.numeric(!is.na(at$kth) & at$kth <= l)
    add(name, "landmark", k, l, coxph(Surv(stop - l, event) ~ by, at))
  }
  merged <- tmerge(people, people, id = id, death = event(stop, event), exposed = tdc(kth))
  add(name, "time_varying", k, NA, coxph(Surv(tstart, tstop, death) ~ exposed, merged))
  counted <- tmerge(people, people, id = id, death = event(stop, event))
  counted <- tmerge(counted, doses[doses$day > 0, ], id = id, later = cumtdc(day))
  first <- table(factor(doses$id[doses$day == 0], levels = people$id))
  counted$n <- ifelse(is.na(counted$later), 0, counted$later) + as.numeric(first[as.character(counted$id)])
  add(name, "time_varying_count", NA, NA, coxph(Surv(tstart, tstop, death) ~ n, counted))
  adjusted <- coxph(Surv(tstart, tstop, death) ~ exposed + age, merged)
  add(name, "time_varying_age", k, NA, adjusted)
}
jasa$id <- seq_len(nrow(jasa))
heart <- data.frame(id = jasa$id, stop = jasa$futime + 1, event = jasa$fustat, age = jasa$age)
transplant <- data.frame(id = jasa$id, day = jasa$wait.time)
transplant <- transplant[!is.na(transplant$day), ]
transplant <- transplant[transplant$day < heart$stop[transplant$id], ]
set.seed(20260101)
doses <- data.frame(id = seq_len(nrow(lung)), stop = lung$time, event = lung$status - 1, age = lung$age)
given <- do.call(rbind, lapply(doses$id, function(i) data.frame(id = i, day = cumsum(c(0, 26, sample(30:140, 3))))))
given <- given[given$day < doses$stop[given$id], ]
analyse("heart", heart, transplant, 1, c(30, 60, 90))
analyse("doses", doses, given, 3, c(90, 120))
people <- rbind(data.frame(data = "heart", heart), data.frame(data = "doses", doses))
record <- rbind(data.frame(data = "heart", transplant), data.frame(data = "doses", given))
write.csv(people, "dose_response_subjects.csv", row.names = FALSE)
write.csv(record, "dose_response_injections.csv", row.names = FALSE)
expected <- do.call(rbind, out)
expected$coefficient <- sprintf("%.15g", expected$coefficient)
expected$standard_error <- sprintf("%.15g", expected$standard_error)
write.csv(expected, "dose_response_expected.csv", row.names = FALSE, quote = FALSE)
