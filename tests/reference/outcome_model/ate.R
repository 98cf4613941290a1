# Survival of both arms by riskRegression::ate on public data (Melanoma). Rscript ate.R OUTDIR
# Files of the data: a subject of each day (no ties), and days in quarters of a year (many ties).
suppressMessages({library(survival); library(riskRegression); library(data.table)})
out <- commandArgs(TRUE)[1]
data(Melanoma, package = "riskRegression")
d <- as.data.frame(Melanoma)
d$trt <- as.numeric(d$ulcer == "present")
d$dead <- as.numeric(d$status == 1)
d$sexm <- as.numeric(d$sex == "Male")
keep <- c("time", "dead", "trt", "age", "thick", "sexm")
untied <- d[!duplicated(d$time), keep]
tied <- transform(d[, keep], time = ceiling(time / 90))
fwrite(untied, file.path(out, "melanoma_untied.csv"))
fwrite(tied, file.path(out, "melanoma_tied.csv"))
run <- function(d, times, data) {
  d$trt <- factor(d$trt)
  event <- coxph(Surv(time, dead) ~ trt + age + thick, data = d, x = TRUE, y = TRUE)
  censor <- coxph(Surv(time, dead == 0) ~ trt + age + sexm, data = d, x = TRUE, y = TRUE)
  treatment <- glm(trt ~ age + sexm, data = d, family = binomial)
  a <- ate(event, treatment = treatment, censor = censor, data = d, times = times, cause = 1, se = TRUE,
           estimator = c("GFORMULA", "IPTW", "AIPTW"), verbose = FALSE)
  rbind(a$meanRisk[, .(data, estimator, time, arm = as.character(treatment), estimate, se)],
        a$diffRisk[, .(data, estimator, time, arm = "difference", estimate, se)])
}
# Ties broken, deaths of a day before its censorings: what the estimators of tied days must be near to.
broken <- tied
broken$time <- broken$time + ifelse(broken$dead == 1, -1e-4, 0) + seq_len(nrow(broken)) * 1e-7
fwrite(rbind(run(untied, c(1000, 2000, 3000), "untied"), run(tied, c(10, 20, 30), "tied"),
             run(broken, c(10, 20, 30) + 1e-3, "broken")), file.path(out, "ate.csv"))
