# Balance before and after 1:1 matching and weighting, by MatchIt's summary. Rscript balance.R DATADIR OUTDIR
library(MatchIt)
args <- commandArgs(TRUE)
out <- NULL
d <- read.csv(file.path(args[1], "lalonde.csv"))
f <- treat ~ age + educ + race + married + nodegree + re74 + re75
keep <- function(spec, denominator, m) {
  s <- summary(m, interactions = FALSE, un = TRUE, standardize = TRUE, addlvariables = NULL)
  for (stage in c("unadjusted", "adjusted")) {
    x <- if (stage == "unadjusted") s$sum.all else s$sum.matched
    x <- x[rownames(x) != "distance", ]
    out <<- rbind(out, data.frame(spec = spec, denominator = denominator, stage = stage, term = rownames(x),
      treated_mean = sprintf("%.17g", x[, "Means Treated"]), control_mean = sprintf("%.17g", x[, "Means Control"]),
      smd = sprintf("%.17g", x[, "Std. Mean Diff."]), variance_ratio = sprintf("%.17g", x[, "Var. Ratio"]),
      ks = sprintf("%.17g", x[, "eCDF Max"])))
  }
}
keep("nearest", "treated", matchit(f, data = d, distance = d$logit, caliper = .2, normalize = FALSE))
keep("replace", "treated", matchit(f, data = d, distance = d$logit, replace = TRUE, ratio = 3, normalize = FALSE))
m <- matchit(f, data = d, method = "subclass", distance = d$logit, subclass = 6, estimand = "ATE", normalize = FALSE)
class(m) <- setdiff(class(m), "matchit.subclass")
m$info$method <- "full"
keep("subclass", "pooled", m)
write.csv(out, file.path(args[2], "matchit_balance.csv"), row.names = FALSE, quote = FALSE)
