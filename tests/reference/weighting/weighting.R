# Weights from the score by their formulas, entropy balancing as survey's raking calibration.
# Rscript weighting.R DATADIR OUTDIR
library(survey)
args <- commandArgs(TRUE)
d <- read.csv(file.path(args[1], "lalonde.csv"))
e <- plogis(d$logit)
t <- d$treat
w <- data.frame(row = seq_along(t),
  ate = ifelse(t == 1, 1 / e, 1 / (1 - e)), att = ifelse(t == 1, 1, e / (1 - e)),
  overlap = ifelse(t == 1, 1 - e, e), matching = pmin(e, 1 - e) / ifelse(t == 1, e, 1 - e))
form <- ~ age + educ + race + married + nodegree + re74 + re75
x <- model.matrix(form, d)
control <- d[t == 0, ]
control$base <- sum(t) / nrow(control)
design <- svydesign(ids = ~1, weights = ~base, data = control)
cal <- calibrate(design, form, population = colSums(x[t == 1, ]), calfun = "raking", epsilon = 1e-13, maxit = 500)
w$entropy <- 1
w$entropy[t == 0] <- weights(cal)
ess <- function(w) sum(w)^2 / sum(w^2)
size <- do.call(rbind, lapply(c("ate", "att", "overlap", "matching", "entropy"), function(s)
  data.frame(scheme = s, treated = ess(w[[s]][t == 1]), control = ess(w[[s]][t == 0]))))
for (column in names(w)[-1]) w[[column]] <- sprintf("%.17g", w[[column]])
size$treated <- sprintf("%.17g", size$treated); size$control <- sprintf("%.17g", size$control)
write.csv(w, file.path(args[2], "weights.csv"), row.names = FALSE, quote = FALSE)
write.csv(size, file.path(args[2], "effective_sample_size.csv"), row.names = FALSE, quote = FALSE)
