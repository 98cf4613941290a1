# An endpoint that death competes with: progression of monoclonal gammopathy (survival::mgus2), women against men. The files that
# `vigil analyse` reads, and what survival (>= 3.5) and cmprsk make of them. Rscript competing.R FOLDER
# mgus2_pairs.csv has the pairs that `vigil analyse` makes of these files; tests/reference/study holds how it pairs against MatchIt.
suppressMessages({library(survival); library(cmprsk)})
folder <- commandArgs(TRUE)[1]
tight <- coxph.control(eps = 1e-11, iter.max = 60)
save <- function(x, name) {
  for (column in names(x)) if (is.double(x[[column]])) x[[column]] <- sprintf("%.17g", x[[column]])
  x[] <- lapply(x, function(v) { v <- as.character(v); v[is.na(v) | v == "NA"] <- ""; v })
  write.csv(x, file.path(folder, name), row.names = FALSE, quote = FALSE)
}
results <- NULL
put <- function(study, specification, quantity, key, value)
  results <<- rbind(results, data.frame(study, specification, quantity, key, value))
milestones <- c(1825, 3650)

arms <- function(study, spec, d) for (arm in c(1, 0)) {
  a <- d[d$z == arm, ]
  fit <- survfit(Surv(days, first) ~ 1, data = a, weights = w, id = seq_along(w), conf.type = "log-log")
  at <- summary(fit, times = c(365, milestones, 7300))
  for (part in c("pstate", "lower", "upper")) put(study, spec, part, paste(arm, at$time), at[[part]][, 2])
  put(study, spec, "n_event", arm, sum(a$first == "pcm")); put(study, spec, "n_competing", arm, sum(a$first == "death"))
}
# Influence of each row on the incidence of its arm (infinitesimal jackknife), summed over what is not independent.
differences <- function(study, spec, rows, cluster) {
  d <<- rows  # residuals() looks for the data there
  fit <- survfit(Surv(days, first) ~ z, data = d, weights = w, id = seq_along(w))
  for (day in milestones) {
    moved <- residuals(fit, times = day, type = "pstate", weighted = TRUE)  # several times at once come out wrong
    at <- summary(fit, times = day)$pstate[, 2]
    put(study, spec, "risk_difference", day, at[2] - at[1])
    put(study, spec, "risk_difference_se", day, sqrt(sum(rowsum(ifelse(d$z == 1, 1, -1) * moved[, 2], cluster)^2)))
  }
}
hazards <- function(study, spec, d, cluster = NULL) {
  fit <- if (is.null(cluster)) coxph(Surv(days, first == "pcm") ~ z, data = d, ties = "efron", control = tight)
         else coxph(Surv(days, first == "pcm") ~ z, data = d, weights = w, cluster = cluster, ties = "efron", control = tight)
  put(study, spec, "cause_specific", "", coef(fit)); put(study, spec, "cause_specific_se", "", sqrt(diag(vcov(fit))))
}
# Fine and Gray's rows, who died first weighted by each arm's own probability of not being censored. finegray() with strata
# follows them to the last event of their arm only; where the other arm has later ones, crr() with cengroup does not.
by_arm <- function(d) {
  left <- lapply(0:1, function(arm) survfit(Surv(days, first == "censored") ~ 1, data = d[d$z == arm, ]))
  stays <- function(arm, t) vapply(t, function(u) min(1, left[[arm + 1]]$surv[left[[arm + 1]]$time < u]), 1)
  events <- sort(unique(d$days[d$first == "pcm"]))
  do.call(rbind, lapply(seq_len(nrow(d)), function(i) {
    own <- data.frame(z = d$z[i], begin = 0, end = d$days[i], event = as.integer(d$first[i] == "pcm"), share = 1)
    later <- if (d$first[i] == "death") events[events > d$days[i]]
    if (!length(later)) return(own)
    share <- stays(d$z[i], later) / stays(d$z[i], d$days[i])
    rbind(own, data.frame(z = d$z[i], begin = c(d$days[i], head(later, -1)), end = later, event = 0, share))
  }))
}
weighted_cox <- function(f) coxph(Surv(begin, end, event) ~ z, data = f[f$share > 0, ], weights = share, ties = "breslow", control = tight)
subdistribution <- function(study, spec, d) {
  put(study, spec, "subdistribution", "", crr(d$days, as.integer(d$first) - 1, d$z, cengroup = d$z, gtol = 1e-13, maxiter = 50)$coef)
  # Where a censoring and an event have one day, cmprsk and survival differ in who is at risk of being censored.
  if (study == "mgus2_untied") {
    put(study, spec, "subdistribution_by_coxph", "", coef(weighted_cox(by_arm(d))))
    f <- finegray(Surv(days, first) ~ z, data = d, etype = "pcm")
    names(f)[match(c("fgstart", "fgstop", "fgstatus", "fgwt"), names(f))] <- c("begin", "end", "event", "share")
    put(study, spec, "subdistribution_by_finegray", "", coef(weighted_cox(f)))
  }
}

whole <- function(study, day) {
  m <- within(survival::mgus2, { USUBJID <- sprintf("M%04d", id); SEX <- as.character(sex) })
  m <- m[order(m$id), ]
  m$PCM <- day(m$ptime, m$id); m$DEATH <- day(m$futime, m$id)
  save(with(m, data.frame(USUBJID, SEX, AGE = age, HGB = hgb, CREAT = creat, MSPIKE = mspike)), "mgus2_adsl.csv")
  save(with(m, rbind(data.frame(USUBJID, PARAMCD = "PCM", AVAL = PCM, CNSR = 1 - pstat),
                     data.frame(USUBJID, PARAMCD = "DEATH", AVAL = DEATH, CNSR = 1 - death))), paste0(study, "_adtte.csv"))
  # As in the vignette of the package: what came first, progression where both are of one day.
  m$days <- ifelse(m$pstat == 1, m$PCM, m$DEATH)
  m$first <- factor(ifelse(m$pstat == 1, 1, 2 * m$death), 0:2, c("censored", "pcm", "death"))
  m$z <- as.integer(m$SEX == "F")
  m$w <- 1
  arms(study, "crude", m); differences(study, "crude", m, m$id); hazards(study, "crude", m); subdistribution(study, "crude", m)
  put(study, "crude", "log_rank", "", survdiff(Surv(days, first == "pcm") ~ z, data = m)$chisq)
  scored <- m[complete.cases(m[, c("age", "hgb", "creat", "mspike")]), ]
  put(study, "adjusted", "cause_specific", "",
      coef(coxph(Surv(days, first == "pcm") ~ z + age + hgb, data = scored, ties = "efron", control = tight))[["z"]])
  score <- fitted(glm(z ~ age + hgb + creat + mspike, data = scored, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 60)))
  scored$w <- ifelse(scored$z == 1, 1, score / (1 - score))
  arms(study, "att", scored); differences(study, "att", scored, scored$id); hazards(study, "att", scored, scored$id)
  pairs <- file.path(folder, "mgus2_pairs.csv")
  if (!file.exists(pairs)) return()
  pairs <- merge(read.csv(pairs), m, by = "USUBJID")
  arms(study, "matched", pairs); differences(study, "matched", pairs, pairs$SET); hazards(study, "matched", pairs, pairs$SET)
  subdistribution(study, "matched", pairs)
  put(study, "matched", "log_rank", "", survdiff(Surv(days, first == "pcm") ~ z, data = pairs)$chisq)
}
whole("mgus2", function(months, id) round(months * 30.4375))
whole("mgus2_untied", function(months, id) 30 * months + 30 * id / 2000)  # of two subjects never the same
save(results, "expected.csv")
