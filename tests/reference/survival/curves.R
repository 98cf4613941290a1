# Kaplan–Meier, Nelson–Aalen, quantiles, restricted means, log-rank tests. Rscript curves.R <folder> -> curves.csv
library(survival)
folder <- commandArgs(TRUE)[1]
read <- function(name) read.csv(file.path(folder, "data", paste0(name, ".csv")), na.strings = "", stringsAsFactors = FALSE)
rows <- list()
put <- function(case, quantity, term, value)
  rows[[length(rows) + 1]] <<- data.frame(case, quantity, term, value = sprintf("%.17g", as.numeric(value)))
record <- function(case, fit, tau = NULL, auc_weights = NULL) {
  n <- length(fit$time); i <- unique(round(seq(1, n, length.out = 12)))
  se <- if (fit$logse) fit$std.err * fit$surv else fit$std.err
  put(case, "time", i, fit$time[i]); put(case, "n_risk", i, fit$n.risk[i]); put(case, "n_event", i, fit$n.event[i])
  put(case, "n_censor", i, fit$n.censor[i]); put(case, "survival", i, fit$surv[i]); put(case, "std_error", i, se[i])
  put(case, "ci_lower", i, fit$lower[i]); put(case, "ci_upper", i, fit$upper[i])
  put(case, "cumulative_hazard", i, fit$cumhaz[i]); put(case, "hazard_std_error", i, fit$std.chaz[i])
  p <- c(0.1, 0.25, 0.5, 0.75); q <- quantile(fit, p)
  # A limit that is not monotone counts from where it first gets there, as print.survfit has it; quantile.survfit jumps.
  first <- function(limit, found) if (!is.unsorted(-limit[!is.na(limit)])) found else
    vapply(p, function(share) fit$time[which(limit <= 1 - share + 1e-8)[1]], 0)
  put(case, "quantile", p, q$quantile)
  put(case, "quantile_lower", p, first(fit$lower, q$lower)); put(case, "quantile_upper", p, first(fit$upper, q$upper))
  if (!is.null(tau)) {
    m <- summary(fit, rmean = tau)$table
    put(case, "rmst", tau, m["rmean"])
    if (is.null(auc_weights)) put(case, "rmst_std_error", tau, m["se(rmean)"])
    else put(case, "rmst_std_error", tau, sqrt(sum((residuals(fit, times = tau, type = "auc") * auc_weights)^2)))
  }
}
lung <- read("lung"); veteran <- read("veteran"); colon <- read("colon"); kidney <- read("kidney"); heart <- read("heart")
pbc <- read("pbc"); ovarian <- read("ovarian"); mgus <- read("mgus"); cgd <- read("cgd"); rats <- read("rats")
for (type in c("log-log", "log", "plain")) {
  record(paste0("lung_", type), survfit(Surv(time, event) ~ 1, lung, conf.type = type), 500)
  record(paste0("lung_weighted_", type), survfit(Surv(time, event) ~ 1, lung, weights = w, conf.type = type), 500, lung$w)
  record(paste0("veteran_", type), survfit(Surv(time, status) ~ 1, veteran, conf.type = type), 300)
}
record("veteran_whole_weights", survfit(Surv(time, status) ~ 1, veteran, weights = prior / 10 + 1, conf.type = "log-log"), 300)
record("veteran_weighted", survfit(Surv(time, status) ~ 1, veteran, weights = w, conf.type = "log-log"), 300, veteran$w)
record("ovarian", survfit(Surv(futime, fustat) ~ 1, ovarian, conf.type = "log-log"), 600)
record("colon", survfit(Surv(time, status) ~ 1, colon, conf.type = "log-log"), 2000)
record("kidney_cluster", survfit(Surv(time, status) ~ 1, kidney, cluster = id, conf.type = "log-log"))
record("heart", survfit(Surv(start, stop, event) ~ 1, heart, conf.type = "log-log"))
record("heart_cluster", survfit(Surv(start, stop, event) ~ 1, heart, weights = w, cluster = id, conf.type = "log-log"))
record("pbc_years", survfit(Surv(round(time / 365.25), event) ~ 1, pbc, conf.type = "log-log"), 9)
record("mgus_delayed", survfit(Surv(start, stop, death) ~ 1, mgus, conf.type = "log-log"))
record("rats_litter", survfit(Surv(time, status) ~ 1, rats, weights = w, cluster = litter, conf.type = "log-log"))
record("noisy_times", survfit(Surv(rep(c(0.1 + 0.2, 0.3, 0.3 + 1e-10, 0.7, 0.1 * 7), 3), rep(c(1, 1, 0, 1, 0), 3)) ~ 1, conf.type = "log-log"))

test <- function(case, fit) {
  put(case, "statistic", "", fit$chisq); put(case, "p_value", "", fit$pvalue)
  obs <- if (is.matrix(fit$obs)) rowSums(fit$obs) else fit$obs; exp <- if (is.matrix(fit$exp)) rowSums(fit$exp) else fit$exp
  put(case, "observed", seq_along(obs), obs); put(case, "expected", seq_along(exp), exp)
}
for (rho in c(0, 0.5, 1)) {
  test(paste0("log_rank_lung_", rho), survdiff(Surv(time, event) ~ ph.ecog, lung, rho = rho))
  test(paste0("log_rank_lung_strata_", rho), survdiff(Surv(time, event) ~ sex + strata(inst), lung, rho = rho))
  test(paste0("log_rank_colon_", rho), survdiff(Surv(time, status) ~ rx, colon, rho = rho))
  test(paste0("log_rank_kidney_pairs_", rho), survdiff(Surv(time, status) ~ (time %% 2) + strata(id), kidney, rho = rho))
  test(paste0("log_rank_veteran_", rho), survdiff(Surv(time, status) ~ celltype, veteran, rho = rho))
}
# With delayed entry the log-rank test is the score test of a Cox model where times are untied.
score <- function(case, fit) put(case, "statistic", "", summary(fit)$sctest["test"])
untied <- within(mgus, stop <- stop + order(order(stop)) * 1e-3)
score("log_rank_delayed", coxph(Surv(start, stop, death) ~ sex, untied, ties = "breslow"))
score("log_rank_delayed_strata", coxph(Surv(start, stop, death) ~ sex + strata(hgb > 13), untied, ties = "breslow"))
write.csv(do.call(rbind, rows), file.path(folder, "curves.csv"), row.names = FALSE, quote = FALSE)
