# Accelerated failure time with treatment alone. Rscript accelerated.R <folder> -> accelerated.csv
# Without delayed entry by survreg; with it, which survreg does not know, the likelihood of its definition is maximised, its
# Hessian and the scores of single rows being numerical. Order of parameters: treatment, intercept, log scale.
# survreg's own robust variance (survival 3.5) leaves the weights out of the scores; here they are in.
library(survival)
folder <- commandArgs(TRUE)[1]
read <- function(name) read.csv(file.path(folder, "data", paste0(name, ".csv")), na.strings = "", stringsAsFactors = FALSE)
rows <- list()
put <- function(case, quantity, value)
  rows[[length(rows) + 1]] <<- data.frame(case, quantity, term = seq_along(value), value = sprintf("%.17g", as.numeric(value)))
order3 <- c(2, 1, 3)
put_fit <- function(case, theta, covariance, robust, loglik) {
  put(case, "coefficient", theta[order3])
  put(case, "covariance", covariance[order3, order3])
  put(case, "robust_covariance", robust[order3, order3])
  put(case, "log_likelihood", loglik)
}
control <- survreg.control(rel.tolerance = 1e-14, maxiter = 200)
by_survreg <- function(case, d) for (dist in c("weibull", "lognormal", "loglogistic")) {
  fit <- survreg(Surv(time, event) ~ treated, d, weights = w, dist = dist, control = control)
  robust <- crossprod(rowsum(residuals(fit, "dfbeta", weighted = TRUE), d$cluster))
  put_fit(paste0(case, "_", dist), c(coef(fit), log(fit$scale)), fit$var, robust, fit$loglik[2])
  at <- quantile(d$time, c(.25, .5, .75), names = FALSE)
  survival <- sapply(0:1, function(arm) {
    1 - psurvreg(at, mean = sum(coef(fit) * c(1, arm)), scale = fit$scale, distribution = dist)
  })
  put(paste0(case, "_", dist), "times", at)
  put(paste0(case, "_", dist), "survival", survival)
}
hazards <- list(weibull = function(z) exp(z), lognormal = function(z) -pnorm(z, lower.tail = FALSE, log.p = TRUE),
                loglogistic = function(z) log1p(exp(z)))
densities <- list(weibull = function(z) z - exp(z), lognormal = function(z) dnorm(z, log = TRUE),
                  loglogistic = function(z) dlogis(z, log = TRUE))
by_definition <- function(case, d) for (dist in names(hazards)) {
  row <- function(p) {
    z <- function(t) (log(t) - p[1] - p[2] * d$treated) / exp(p[3])
    survived <- hazards[[dist]](z(pmax(d$entry, 1e-300)))
    d$w * (ifelse(d$event == 1, densities[[dist]](z(d$time)) - p[3] - log(d$time), -hazards[[dist]](z(d$time)))
           + ifelse(d$entry > 0, survived, 0))
  }
  jacobian <- function(f, p) sapply(1:3, function(k) {
    h <- 1e-3 * (1:3 == k)
    (8 * (f(p + h) - f(p - h)) - (f(p + 2 * h) - f(p - 2 * h))) / 12e-3
  })
  gradient <- function(p) colSums(jacobian(row, p))
  p <- c(mean(log(d$time)), 0, log(sd(log(d$time))))
  p <- optim(p, function(p) -sum(row(p)), function(p) -gradient(p), method = "BFGS", control = list(maxit = 500))$par
  for (i in 1:8) p <- p - solve(jacobian(gradient, p), gradient(p))
  naive <- solve(-jacobian(gradient, p))
  robust <- crossprod(rowsum(jacobian(row, p), d$cluster) %*% naive)
  put_fit(paste0(case, "_", dist), p, naive, robust, sum(row(p)))
}
frame <- function(d, time, event, treated, entry = 0, w = 1, cluster = seq_len(nrow(d)))
  subset(data.frame(time = d[[time]], event = d[[event]], treated = 1 * treated, entry, w, cluster), !is.na(treated))
lung <- read("lung"); veteran <- read("veteran"); colon <- read("colon"); kidney <- read("kidney"); ovarian <- read("ovarian")
pbc <- read("pbc"); rats <- read("rats"); mgus <- read("mgus"); cgd <- read("cgd")
by_survreg("lung", frame(lung, "time", "event", lung$sex == 2))
by_survreg("lung_weighted", frame(lung, "time", "event", lung$sex == 2, w = lung$w))
by_survreg("veteran", frame(veteran, "time", "status", veteran$trt == 2))
by_survreg("colon", frame(colon, "time", "status", colon$rx == "Lev+5FU"))
by_survreg("ovarian", frame(ovarian, "futime", "fustat", ovarian$rx == 2))
by_survreg("pbc", frame(pbc, "time", "event", pbc$trt == 1))
by_survreg("kidney_subjects", frame(kidney, "time", "status", kidney$sex == 2, w = kidney$w, cluster = kidney$id))
by_survreg("rats_litters", frame(rats, "time", "status", rats$rx == 1, cluster = rats$litter))
by_definition("lung_again", frame(lung, "time", "event", lung$sex == 2, w = lung$w))
by_definition("mgus_delayed", within(frame(mgus, "stop", "death", mgus$sex == "male", entry = mgus$start), {
  time <- time / 365.25; entry <- entry / 365.25 }))
by_definition("cgd_delayed", frame(cgd, "tstop", "status", cgd$treat == "rIFN-g", entry = cgd$tstart, w = cgd$w, cluster = cgd$id))
write.csv(do.call(rbind, rows), file.path(folder, "accelerated.csv"), row.names = FALSE, quote = FALSE)
