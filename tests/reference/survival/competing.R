# Aalen–Johansen, Fine–Gray (cmprsk) and cause-specific Cox. Rscript competing.R <folder> -> competing.csv
library(survival); library(cmprsk)
folder <- commandArgs(TRUE)[1]
read <- function(name) read.csv(file.path(folder, "data", paste0(name, ".csv")), na.strings = "", stringsAsFactors = FALSE)
rows <- list()
put <- function(case, quantity, term, value)
  rows[[length(rows) + 1]] <<- data.frame(case, quantity, term, value = sprintf("%.17g", as.numeric(value)))
curves <- function(case, fit) {
  n <- length(fit$time); i <- unique(round(seq(2, n, length.out = 10)))
  put(case, "time", i, fit$time[i])
  for (k in 1:2) for (part in c("pstate", "std.err", "lower", "upper"))
    put(case, paste0(part, "_", k), i, fit[[part]][i, k + 1])
}
m <- read("mgus2"); m <- m[complete.cases(m[, c("age", "male", "hgb", "creat")]), ]
pbc <- read("pbc"); pbc$years <- round(pbc$time / 365.25, 1)
f <- function(cause) factor(cause, 0:2)
curves("mgus2", survfit(Surv(etime, f(cause)) ~ 1, m, conf.type = "log-log"))
curves("mgus2_weighted", survfit(Surv(etime, f(cause)) ~ 1, m, weights = w, conf.type = "log-log"))
curves("mgus2_cluster", survfit(Surv(etime, f(cause)) ~ 1, m, cluster = floor(age), id = id, conf.type = "plain"))
curves("pbc", survfit(Surv(years, f(status)) ~ 1, pbc, conf.type = "log"))
delayed <- within(m, { begin <- age * 12; end <- begin + etime })
curves("mgus2_delayed", survfit(Surv(begin, end, f(cause)) ~ 1, delayed, id = id, conf.type = "log-log"))
gray <- function(case, d, time, cause, covariates, of = 1) {
  fit <- crr(d[[time]], d[[cause]], d[, covariates], failcode = of, gtol = 1e-13, maxiter = 50)
  put(case, "coefficient", seq_along(fit$coef), fit$coef); put(case, "robust_covariance", seq_along(fit$var), fit$var)
  put(case, "covariance", seq_along(fit$invinf), fit$invinf); put(case, "log_likelihood", 1:2, c(fit$loglik.null, fit$loglik))
}
gray("gray_mgus2", m, "etime", "cause", c("age", "male", "hgb", "creat"))
gray("gray_mgus2_death", m, "etime", "cause", c("age", "male", "hgb", "creat"), 2)
small <- pbc[complete.cases(pbc[, c("age", "edema", "logbili", "albumin")]), ]
gray("gray_pbc", small, "years", "status", c("age", "edema", "logbili", "albumin"))
gray("gray_pbc_death", small, "years", "status", c("age", "edema", "logbili", "albumin"), 2)
write.csv(do.call(rbind, rows), file.path(folder, "competing.csv"), row.names = FALSE, quote = FALSE)
