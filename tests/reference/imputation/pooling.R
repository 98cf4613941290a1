# Rubin's rules by mice's pool.scalar, and the Nelson-Aalen hazard by survival's survfit. Rscript pooling.R OUTDIR
library(mice)
library(survival)
out <- commandArgs(TRUE)[1]
cases <- list(
  spread = list(q = c(-.41, -.52, -.36, -.47, -.60), v = c(.041, .038, .044, .040, .039)),
  close = list(q = c(.1201, .1203, .1199, .1204), v = c(.2, .21, .19, .2)),
  wild = list(q = c(-1.2, .4, .9, -.3, .1, -.8, 1.3), v = c(.01, .02, .015, .01, .012, .02, .03)))
pooled <- inputs <- NULL
for (name in names(cases)) for (n in c(Inf, 40)) {
  it <- cases[[name]]
  p <- pool.scalar(it$q, it$v, n = n, k = 1)
  pooled <- rbind(pooled, data.frame(case = name, n = n, estimate = p$qbar, within = p$ubar, between = p$b, total = p$t,
    relative_increase = p$r, df = p$df, fraction_missing = p$fmi))
}
for (name in names(cases)) inputs <- rbind(inputs, data.frame(case = name, estimate = cases[[name]]$q, variance = cases[[name]]$v))
for (column in names(pooled)[-1]) pooled[[column]] <- sprintf("%.17g", pooled[[column]])
write.csv(pooled, file.path(out, "pooled.csv"), row.names = FALSE, quote = FALSE)
write.csv(inputs, file.path(out, "estimates.csv"), row.names = FALSE, quote = FALSE)
d <- survival::lung
d$event <- d$status - 1
fit <- survfit(Surv(time, event) ~ 1, data = d, ctype = 1)
d$hazard <- fit$cumhaz[match(d$time, fit$time)]
write.csv(data.frame(stop = d$time, event = d$event, cumulative_hazard = sprintf("%.17g", d$hazard)),
          file.path(out, "nelson_aalen.csv"), row.names = FALSE, quote = FALSE)
