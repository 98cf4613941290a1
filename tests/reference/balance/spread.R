# Weighted standard deviations of both arms, by stats::cov.wt (reliability weights). Rscript spread.R DATADIR OUTDIR
args <- commandArgs(TRUE)
d <- read.csv(file.path(args[1], "lalonde.csv"))
weight <- 0.2 + (d$educ %% 5) + d$married
spread <- function(x, w) sprintf("%.17g", sqrt(cov.wt(matrix(x), w / sum(w), method = "unbiased")$cov[1, 1]))
out <- NULL
for (name in c("age", "educ", "re74", "re75")) for (stage in c("unadjusted", "adjusted")) {
  w <- if (stage == "adjusted") weight else rep(1, nrow(d))
  of <- function(arm) spread(d[d$treat == arm, name], w[d$treat == arm])
  out <- rbind(out, data.frame(stage = stage, covariate = name, treated_sd = of(1), control_sd = of(0)))
}
write.csv(out, file.path(args[2], "spread.csv"), row.names = FALSE, quote = FALSE)
