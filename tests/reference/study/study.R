# Whole studies by MatchIt (>= 4.7) and survival (>= 3.5) on public data: the subjects' files that `vigil analyse` reads, and
# what these packages make of them. Rscript study.R OUTDIR
suppressMessages({library(MatchIt); library(survival)})
out <- commandArgs(TRUE)[1]
stopifnot(packageVersion("MatchIt") >= "4.7")
tight <- coxph.control(eps = 1e-11, iter.max = 60)
save <- function(x, name) {
  for (column in names(x)) if (is.double(x[[column]])) x[[column]] <- sprintf("%.17g", x[[column]])
  x[] <- lapply(x, function(v) { v <- as.character(v); v[is.na(v) | v == "NA"] <- ""; v })
  write.csv(x, file.path(out, name), row.names = FALSE, quote = FALSE)
}

rotterdam <- with(subset(survival::rotterdam, nodes > 0 | pid %% 3 == 0), data.frame(
  USUBJID = pid, TRT01PN = hormon, AGE = age, MENO = meno, SIZE = as.character(size), GRADE = grade, NODES = nodes,
  PGR = pgr, ER = er, AVAL = rtime, CNSR = 1 - recur))
colon <- with(subset(survival::colon, etype == 2), data.frame(
  USUBJID = sprintf("C%03d", id), ARM = as.character(rx), AGE = age, SEX = sex, OBSTRUCT = obstruct, ADHERE = adhere,
  NODES = nodes, DIFFER = differ, SURG = surg, STUDYDAY = time, STATUS = status))
veteran <- with(survival::veteran, data.frame(
  USUBJID = sprintf("V%03d", seq_along(trt)), TRT01PN = trt, CELLTYPE = as.character(celltype), KARNO = karno,
  DIAGTIME = diagtime, AGE = age, PRIOR = as.integer(prior == 10), AVAL = time, CNSR = 1 - status))
# Age as time scale: who is diagnosed enters late.
mgus <- with(subset(survival::mgus2, futime > 0), data.frame(
  USUBJID = sprintf("M%04d", id), SEX = as.character(sex), HGB = hgb, CREAT = creat, MSPIKE = mspike,
  ENTRYDY = round(age * 365.25), AVAL = round(age * 365.25) + round(futime * 30.4375), CNSR = 1 - death))

results <- pairs <- NULL
put <- function(study, specification, quantity, key, value)
  results <<- rbind(results, data.frame(study, specification, quantity, key, value))

# Fewest at risk for a number to be said, as in the protocols.
floor_at_risk <- 10
at_risk <- function(a, day) vapply(day, function(t) length(unique(a$id[a$entry < t & a$stop >= t])), 1L)
# Rows of one subject, or of one set where nobody stands in two, are one cluster.
cluster <- function(d) if (is.null(d$set)) d$id else if (anyDuplicated(d$id)) d$id else as.character(d$set)
arms <- function(study, spec, d, tau, days) for (arm in c(1, 0)) {
  a <- d[d$z == arm, ]
  a$cl <- cluster(d)[d$z == arm]
  curve <- function(a) survfit(Surv(entry, stop, event) ~ 1, data = a, weights = a$w, conf.type = "log-log", cluster = a$cl,
                               robust = any(a$w != 1) || anyDuplicated(a$cl) > 0)
  # Who enters late: from the first day on which enough are at risk.
  begin <- if (any(a$entry > 0)) with(a, min(entry[vapply(entry, function(e) sum(entry <= e & stop > e), 1L) >= floor_at_risk])) else 0
  b <- a[a$stop > begin, ]; b$entry <- pmax(b$entry, begin)
  at <- summary(curve(b), times = days, extend = TRUE)
  for (q in c("surv", "lower", "upper")) put(study, spec, paste0("curve_", q), paste(arm, days), at[[q]])
  fit <- curve(a)
  m <- summary(fit)$table[c("median", "0.95LCL", "0.95UCL")]
  before <- unique(a$stop[a$event == 1 & a$stop <= m[1]])
  if (!is.na(m[1]) && any(at_risk(a, before) < floor_at_risk)) m[] <- NA
  put(study, spec, "median", arm, m[[1]]); put(study, spec, "median_lower", arm, m[[2]]); put(study, spec, "median_upper", arm, m[[3]])
  if (all(a$w == 1) && all(a$entry == 0)) {
    r <- summary(fit, rmean = tau)$table
    put(study, spec, "rmst", arm, r[["rmean"]])
    shared <- anyDuplicated(a$cl) > 0
    assign("a", a, envir = globalenv())  # residuals() looks for the data there
    error <- if (shared) sqrt(sum(rowsum(residuals(fit, times = tau, type = "auc")[, 1], a$cl)^2)) else r[["se(rmean)"]]
    put(study, spec, "rmst_se", arm, error)
  }
}
# Terms as the result tables name them: the treatment, and a level of a category in brackets.
name <- function(term) sub("^(SIZE|CELLTYPE)(.+)$", "\\1[\\2]", sub("^z$", "TREATED", term))
model <- function(study, spec, fit, zph = TRUE) {
  s <- summary(fit)$coefficients
  robust <- "robust se" %in% colnames(s)
  for (term in rownames(s)) {
    put(study, spec, "coefficient", name(term), s[term, "coef"])
    if (!robust || zph) put(study, spec, "naive_se", name(term), s[term, "se(coef)"])
    if (robust) put(study, spec, "robust_se", name(term), s[term, "robust se"])
  }
  if (zph || spec == "within sets") put(study, spec, "log_likelihood", "", fit$loglik[2])
  if (zph) {
    t <- cox.zph(fit, transform = "km", terms = FALSE)$table
    for (term in rownames(t)) { put(study, spec, "zph", name(term), t[term, "chisq"]); put(study, spec, "zph_df", name(term), t[term, "df"]) }
  }
}
# Two-way clusters (Cameron, Gelbach and Miller 2011): sets, and subjects who stand in several.
two_way <- function(rhs, d) {
  f <- cox(rhs, d, weights = d$w, cluster = d$id)
  by <- function(labels) vcov(cox(rhs, d, weights = d$w, cluster = labels))
  f$var <- by(as.character(d$set)) + by(d$id) - by(seq_len(nrow(d)))
  f
}
cox <- function(rhs, d, ...) coxph(as.formula(paste("Surv(entry, stop, event) ~", rhs)), data = d, ties = "efron", control = tight, ...)

# `d` are the complete cases, `eligible` everyone: the crude comparison needs no covariates.
whole <- function(study, d, eligible, covariates, tau, days, distance = "glm", link = "logit", caliper = .2, ratio = 1, exact = NULL,
                  replace = FALSE) {
  f <- as.formula(paste("z ~", paste(covariates, collapse = " + ")))
  # Levels in the order of their characters, whatever the locale.
  d[] <- lapply(d, function(x) if (is.character(x)) factor(x, sort(unique(x), method = "radix")) else x)
  d$id <- as.character(d$id)
  rownames(d) <- d$id
  d$w <- eligible$w <- 1
  fit <- glm(f, data = d, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 60))
  d$ps <- unname(fitted(fit)); d$lp <- unname(predict(fit))
  put(study, "score", "propensity", d$id, d$ps)
  m <- matchit(f, data = d, method = "nearest", distance = if (link == "logit") d$ps else d$lp, caliper = if (caliper > 0) caliper,
               ratio = ratio, m.order = "largest", exact = exact, replace = replace)
  md <- get_matches(m, data = d, id = "rowid")
  md$w <- md$weights; md$set <- md$subclass
  pairs <<- rbind(pairs, data.frame(study, set = as.integer(md$set), id = md$id, treated = md$z))
  s <- summary(m, un = TRUE, standardize = TRUE)
  numeric <- covariates[vapply(covariates, function(c) is.numeric(d[[c]]), TRUE)]
  for (c in numeric) {
    put(study, "matched", "smd_before", c, s$sum.all[c, "Std. Mean Diff."]); put(study, "matched", "smd_after", c, s$sum.matched[c, "Std. Mean Diff."])
  }
  adjust <- paste("z +", paste(covariates, collapse = " + "))
  arms(study, "crude", eligible, tau, days); arms(study, "matched", md, tau, days)
  delayed <- any(d$entry > 0)
  model(study, "crude", cox("z", eligible), zph = FALSE)
  md$cl <- cluster(md)
  robust <- function(rhs) if (replace) two_way(rhs, md) else cox(rhs, md, weights = md$w, cluster = md$cl)
  model(study, "matched", robust("z"), zph = FALSE)
  model(study, "adjusted matched", robust(adjust), zph = ratio == 1)
  model(study, "adjusted all", cox(adjust, d, cluster = d$id))
  class <- cut(d$lp, quantile(d$lp, seq(0, 1, length.out = 10 + 1)), include.lowest = TRUE)
  model(study, "within classes", cox(paste(adjust, "+ strata(class)"), cbind(d, class), cluster = d$id))
  # Sets that share their control are one cluster.
  md$linked <- md$id[md$z == 0][match(md$set, md$set[md$z == 0])]
  within <- if (replace) cox("z + strata(set)", md, weights = md$w, cluster = md$linked) else cox("z + strata(set)", md, weights = md$w)
  model(study, "within sets", within, zph = FALSE)
  if (!delayed) {
    put(study, "crude", "log_rank", "", survdiff(Surv(stop, event) ~ z, data = eligible)$chisq)
    if (ratio == 1) {
      # With repeated subjects the robust score test, whose numerator is that of the log-rank test.
      score_test <- function(rhs, labels) {
        x <- md
        x$labels <- labels
        summary(coxph(as.formula(paste("Surv(stop, event) ~", rhs)), data = x, ties = "breslow", cluster = labels))$robscore[["test"]]
      }
      put(study, "matched", "log_rank", "", if (replace) score_test("z", md$cl) else survdiff(Surv(stop, event) ~ z, data = md)$chisq)
      put(study, "matched", "log_rank_sets", "", if (replace) score_test("z + strata(set)", md$linked)
                                                 else survdiff(Surv(stop, event) ~ z + strata(set), data = md)$chisq)
    }
    for (spec in c("crude", "matched")[c(TRUE, ratio == 1)]) {
      x <- if (spec == "crude") eligible else md
      t <- summary(survfit(Surv(stop, event) ~ z, data = x), rmean = tau)$table
      put(study, spec, "rmst_difference", "", t[2, "rmean"] - t[1, "rmean"])
      if (spec == "crude") put(study, spec, "rmst_difference_se", "", sqrt(sum(t[, "se(rmean)"]^2)))
    }
  }
  for (scheme in c("att", "overlap")) {
    x <- d
    x$w <- if (scheme == "att") ifelse(d$z == 1, 1, d$ps / (1 - d$ps)) else ifelse(d$z == 1, 1 - d$ps, d$ps)
    put(study, scheme, "weight", x$id, x$w)
    model(study, scheme, cox("z", x, weights = x$w, cluster = x$id), zph = FALSE)
    if (!delayed) arms(study, scheme, x, tau, days)
  }
}

save(rotterdam, "rotterdam_adsl.csv"); save(veteran, "veteran_adsl.csv")
save(colon[, 1:9], "colon_adsl.csv")
save(data.frame(USUBJID = colon$USUBJID, PARAMCD = "OS", AVAL = colon$STUDYDAY, CNSR = 1 - colon$STATUS, AVALU = "DAYS"), "colon_adtte.csv")
save(mgus[, 1:5], "mgus_adsl.csv")
save(cbind(mgus[, c(1, 6, 7, 8)], PARAMCD = "DEATH"), "mgus_adtte.csv")

rows <- function(d, z, entry, stop, event) data.frame(d, id = d$USUBJID, z = as.integer(z), entry, stop, event)
r <- subset(rotterdam, NODES > 0)
r <- rows(r, r$TRT01PN == 1, 0, r$AVAL, 1 - r$CNSR)
score <- c("AGE", "MENO", "SIZE", "GRADE", "NODES", "PGR", "ER")
whole("rotterdam", r, r, score, 1825, c(365, 1000, 1825))
whole("rotterdam_two", r, r, score, 1825, c(365, 1000, 1825), ratio = 2)
whole("rotterdam_again", r, r, score, 1825, c(365, 1000, 1825), replace = TRUE)
co <- subset(colon, ARM != "Lev")
co <- rows(co, co$ARM == "Lev+5FU", 0, co$STUDYDAY, co$STATUS)
whole("colon", subset(co, complete.cases(co)), co, c("AGE", "SEX", "OBSTRUCT", "ADHERE", "NODES", "DIFFER", "SURG"), 1500, c(180, 1500),
      link = "linear", caliper = .1, exact = ~SEX)
v <- rows(veteran, veteran$TRT01PN == 2, 0, veteran$AVAL, 1 - veteran$CNSR)
whole("veteran", v, v, c("CELLTYPE", "KARNO", "DIAGTIME", "AGE", "PRIOR"), 180, c(30, 90, 180), link = "linear", caliper = 0)
mg <- rows(mgus, mgus$SEX == "F", mgus$ENTRYDY, mgus$AVAL, 1 - mgus$CNSR)
whole("mgus", subset(mg, complete.cases(mg)), mg, c("HGB", "CREAT", "MSPIKE"), 30000, c(25000, 30000))

# The same study matched otherwise: what does not depend on matching is there already.
again <- grepl("_", results$study) & !results$specification %in% c("matched", "adjusted matched", "within sets")
results <- results[!again, ]
save(results, "expected.csv"); save(pairs, "expected_pairs.csv")
