# Cox fits, residuals, baseline survival and the proportional-hazards test. Rscript cox.R <folder> -> cox.csv
library(survival)
folder <- commandArgs(TRUE)[1]
read <- function(name) read.csv(file.path(folder, "data", paste0(name, ".csv")), na.strings = "", stringsAsFactors = FALSE)
rows <- list()
put <- function(case, quantity, term, value)
  rows[[length(rows) + 1]] <<- data.frame(case, quantity, term, value = sprintf("%.17g", as.numeric(value)))
control <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 50)
record <- function(case, fit, zph = TRUE) {
  put(case, "coefficient", seq_along(coef(fit)), coef(fit))
  put(case, "covariance", seq_along(fit$var), if (is.null(fit$naive.var)) fit$var else fit$naive.var)
  if (!is.null(fit$naive.var)) put(case, "robust_covariance", seq_along(fit$var), fit$var)
  put(case, "log_likelihood", 1:2, fit$loglik)
  if (zph) for (g in c("km", "identity", "rank", "log")) {
    z <- cox.zph(fit, transform = g)$table
    put(case, paste0("chi2_", g), seq_len(nrow(z)), z[, 1]); put(case, paste0("df_", g), seq_len(nrow(z)), z[, 2])
    put(case, paste0("p_", g), seq_len(nrow(z)), z[, 3])
  }
  for (kind in c("martingale", "score", "dfbeta", "schoenfeld"))
    put(case, kind, c("sum_of_squares", "first"), { r <- as.matrix(residuals(fit, kind)); c(sum(r^2), r[1, 1]) })
}
lung <- read("lung"); veteran <- read("veteran"); colon <- read("colon"); kidney <- read("kidney"); heart <- read("heart")
pbc <- read("pbc"); bladder <- read("bladder2"); cgd <- read("cgd"); rats <- read("rats"); ovarian <- read("ovarian"); mgus <- read("mgus")
lung <- within(lung, ecog <- factor(ph.ecog))
for (ties in c("efron", "breslow")) {
  suffix <- paste0("_", ties)
  record(paste0("lung", suffix), coxph(Surv(time, event) ~ age + sex + ecog + wt.loss, lung, ties = ties, control = control))
  record(paste0("lung_strata", suffix), coxph(Surv(time, event) ~ age + sex + strata(inst), lung, ties = ties, control = control))
  record(paste0("lung_weighted", suffix), coxph(Surv(time, event) ~ age + sex + ecog, lung, weights = w, robust = TRUE, ties = ties, control = control))
  record(paste0("veteran", suffix), coxph(Surv(time, status) ~ trt + celltype + karno + diagtime + age + prior, veteran, ties = ties, control = control))
  record(paste0("colon", suffix), coxph(Surv(time, status) ~ rx + sex + age + obstruct + nodes + differ, colon, ties = ties, control = control))
  record(paste0("kidney_cluster", suffix), coxph(Surv(time, status) ~ age + sex + disease, kidney, cluster = id, ties = ties, control = control))
  record(paste0("kidney_pairs", suffix), coxph(Surv(time, status) ~ age + strata(id), kidney, ties = ties, control = control), zph = FALSE)
  record(paste0("heart", suffix), coxph(Surv(start, stop, event) ~ age + year + surgery + transplant, heart, ties = ties, control = control))
  record(paste0("heart_cluster", suffix), coxph(Surv(start, stop, event) ~ age + transplant + strata(surgery), heart, weights = w, cluster = id, ties = ties, control = control))
  record(paste0("pbc", suffix), coxph(Surv(time, event) ~ age + edema + logbili + albumin + protime + stage + sex, pbc, ties = ties, control = control))
  record(paste0("pbc_years", suffix), coxph(Surv(round(time / 365.25), event) ~ age + edema + logbili + albumin, pbc, weights = w, robust = TRUE, ties = ties, control = control))
  record(paste0("bladder", suffix), coxph(Surv(start, stop, event) ~ rx + size + number + strata(enum), bladder, cluster = id, ties = ties, control = control))
  record(paste0("cgd", suffix), coxph(Surv(tstart, tstop, status) ~ treat + sex + age, cgd, cluster = id, weights = w, ties = ties, control = control))
  record(paste0("rats", suffix), coxph(Surv(time, status) ~ rx + sex, rats, cluster = litter, ties = ties, control = control))
  record(paste0("rats_litters", suffix), coxph(Surv(time, status) ~ rx + strata(litter), rats, weights = w, ties = ties, control = control), zph = FALSE)
  record(paste0("ovarian_offset", suffix), coxph(Surv(futime, fustat) ~ age + rx + offset(0.3 * ecog.ps), ovarian, ties = ties, control = control))
  record(paste0("mgus_delayed", suffix), coxph(Surv(start, stop, death) ~ sex + alb + hgb, mgus, ties = ties, control = control))
  fit <- coxph(Surv(time, status) ~ karno + age + strata(celltype), veteran, weights = w, ties = ties, control = control)
  s <- survfit(fit, newdata = data.frame(karno = c(30, 80), age = c(50, 60)))
  put(paste0("veteran_baseline", suffix), "survival", 1:16, t(summary(s, times = c(50, 150))$surv))
}
write.csv(do.call(rbind, rows), file.path(folder, "cox.csv"), row.names = FALSE, quote = FALSE)
