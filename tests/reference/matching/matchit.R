# Pairs, sets and weights by MatchIt (>= 4.7) on public data. Prints the CSV files beside this script.
# Rscript matchit.R OUTDIR
library(MatchIt)
library(survival)
out <- commandArgs(TRUE)[1]
stopifnot(packageVersion("MatchIt") >= "4.7")
save <- function(x, name) {
  for (column in names(x)) if (is.double(x[[column]])) x[[column]] <- sprintf("%.17g", x[[column]])
  write.csv(x, file.path(out, name), row.names = FALSE, quote = FALSE)
}

data("lalonde", package = "MatchIt")
lalonde$race <- as.character(lalonde$race)
rotterdam <- subset(survival::rotterdam, select = c(hormon, age, meno, size, grade, nodes, pgr, er))
rotterdam$size <- as.character(rotterdam$size)
pbc <- subset(survival::pbc, !is.na(trt), select = c(trt, age, bili, albumin, protime, ast, sex))
pbc$trt <- as.integer(pbc$trt == 1)
pbc$sex <- as.character(pbc$sex)
birthwt <- subset(MASS::birthwt, select = c(smoke, age, lwt, race, ptl, ht, ui, ftv))

cases <- list(
  lalonde = list(data = lalonde, treat = "treat",
                 formula = treat ~ age + educ + race + married + nodegree + re74 + re75,
                 exact = ~race, cal = c(age = .5), maha = ~age + educ + re74),
  rotterdam = list(data = rotterdam, treat = "hormon",
                   formula = hormon ~ age + meno + size + grade + nodes + pgr + er,
                   exact = ~meno + grade, cal = c(age = .25), maha = ~age + nodes + pgr),
  birthwt = list(data = birthwt, treat = "smoke", formula = smoke ~ age + lwt + race + ptl + ht + ui + ftv,
                 exact = ~race, cal = c(age = .5), maha = ~age + lwt),
  # Continuous covariates: no Mahalanobis distances that differ by rounding alone.
  pbc = list(data = pbc, treat = "trt", formula = trt ~ age + bili + albumin + protime + ast + sex,
             exact = ~sex, cal = c(age = .5), maha = ~age + bili + albumin + protime))

pairs <- weights <- unmatched <- NULL
keep <- function(case, spec, m, treat) {
  mm <- m$match.matrix
  labels <- names(m$weights)
  found <- which(!is.na(mm[, 1]))
  controls <- apply(mm[found, , drop = FALSE], 1, function(x) paste(match(x[!is.na(x)], labels), collapse = ";"))
  pairs <<- rbind(pairs, data.frame(case = case, spec = spec, treated_row = match(rownames(mm)[found], labels),
                                    control_rows = unname(controls)))
  some <- m$weights != 0
  if (case != "lalonde" || !grepl("^replace|variable|2-caliper", spec)) return(invisible())
  weights <<- rbind(weights, data.frame(case = case, spec = spec, row = which(some), weight = unname(m$weights[some])))
}
for (case in names(cases)) {
  it <- cases[[case]]
  d <- it$data
  rownames(d) <- as.character(seq_len(nrow(d)))
  fit <- glm(it$formula, data = d, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 50))
  lp <- unname(predict(fit))
  save(cbind(d, logit = lp), paste0(case, ".csv"))
  go <- function(spec, ...) if (case != "rotterdam" || !grepl("ascending|-none|variable|3", spec)) keep(case, spec, matchit(it$formula, data = d, ..., normalize = FALSE), it$treat)
  none <- list()
  for (o in c(descending = "largest", ascending = "smallest", closest = "closest")) {
    label <- names(which(c(descending = "largest", ascending = "smallest", closest = "closest") == o))
    for (r in 1:2) {
      go(paste(label, r, "none", sep = "-"), distance = lp, m.order = o, ratio = r)
      go(paste(label, r, "caliper", sep = "-"), distance = lp, m.order = o, ratio = r, caliper = .2)
    }
    go(paste(label, "exact", sep = "-"), distance = lp, m.order = o, caliper = .2, exact = it$exact)
    go(paste(label, "covariate", sep = "-"), distance = lp, m.order = o, caliper = c(.2, it$cal))
    go(paste(label, "variable", sep = "-"), distance = lp, m.order = o, ratio = 2, max.controls = 4)
    if (case != "pbc") next
    go(paste(label, "mahvars", sep = "-"), distance = lp, m.order = o, caliper = .2, mahvars = it$maha)
    go(paste(label, "mahexact", sep = "-"), distance = lp, m.order = o, caliper = .2, mahvars = it$maha, exact = it$exact)
  }
  for (r in c(1, 3)) {
    go(paste("replace", r, sep = "-"), distance = lp, replace = TRUE, ratio = r)
    go(paste("replace", r, "caliper", sep = "-"), distance = lp, replace = TRUE, ratio = r, caliper = .1)
    if (case == "pbc")
      go(paste("replace", r, "mahvars", sep = "-"), distance = lp, replace = TRUE, ratio = r, caliper = .2, mahvars = it$maha)
  }
  if (case == "pbc") for (o in c("data", "closest"))
    keep(case, paste("mahalanobis", o, sep = "-"),
         matchit(update(it$maha, paste(it$treat, "~ .")), data = d, distance = "mahalanobis", m.order = o,
                 normalize = FALSE), it$treat)
}
save(pairs, "matchit_pairs.csv")
save(weights, "matchit_weights.csv")

# Subclasses: exact, coarsened exact and by quantiles of the score.
sub <- NULL
classes <- function(case, spec, m) {
  s <- as.integer(m$subclass)
  sub <<- rbind(sub, data.frame(case = case, spec = spec, row = seq_along(s), subclass = s, weight = unname(m$weights)))
}
for (case in c("lalonde", "birthwt")) {
  it <- cases[[case]]
  d <- it$data
  lp <- predict(glm(it$formula, data = d, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 50)))
  exact <- update(it$exact, paste(it$treat, "~ ."))
  for (e in c("ATT", "ATE")) {
    classes(case, paste("exact", e, sep = "-"), matchit(exact, data = d, method = "exact", estimand = e, normalize = FALSE))
    classes(case, paste("subclass", e, sep = "-"),
            matchit(it$formula, data = d, method = "subclass", distance = lp, subclass = 6, estimand = e, normalize = FALSE))
  }
  for (cut in c("sturges", "fd", "scott", "q4")) {
    m <- try(matchit(update(it$maha, paste(it$treat, "~ .")), data = d, method = "cem", cutpoints = cut, normalize = FALSE))
    if (!inherits(m, "try-error")) classes(case, paste("cem", cut, sep = "-"), m)
  }
  m <- matchit(update(it$maha, paste(it$treat, "~ .")), data = d, method = "cem", cutpoints = "sturges", normalize = TRUE)
  classes(case, "cem-normalised", m)
}
save(sub, "matchit_subclasses.csv")
