# Logistic scores by glm, ridge, lasso and elastic nets by glmnet, AUC. Rscript propensity.R DATADIR OUTDIR
# DATADIR holds lalonde.csv, rotterdam.csv, birthwt.csv as matching/matchit.R wrote them.
library(glmnet)
invisible(Sys.setlocale("LC_COLLATE", "C"))
args <- commandArgs(TRUE)
formulas <- list(
  lalonde = treat ~ age + educ + race + married + nodegree + re74 + re75,
  rotterdam = hormon ~ age + meno + size + grade + nodes + pgr + er,
  birthwt = smoke ~ age + lwt + race + ptl + ht + ui + ftv)
coefs <- fits <- penalised <- NULL
for (case in names(formulas)) {
  d <- read.csv(file.path(args[1], paste0(case, ".csv")))
  f <- glm(formulas[[case]], data = d, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100))
  coefs <- rbind(coefs, data.frame(case = case, term = names(coef(f)), coefficient = sprintf("%.17g", coef(f)),
                                   standard_error = sprintf("%.17g", sqrt(diag(vcov(f))))))
  y <- f$y
  r <- rank(predict(f))
  n1 <- sum(y); n0 <- sum(1 - y)
  fits <- rbind(fits, data.frame(case = case, log_likelihood = sprintf("%.17g", logLik(f)),
                                 auc = sprintf("%.17g", (sum(r[y == 1]) - n1 * (n1 + 1) / 2) / (n1 * n0))))
  x <- model.matrix(f)[, -1]
  for (alpha in c(0, 1, .3, .5)) for (lambda in c(.002, .02, .1)) {
    g <- glmnet(x, y, family = "binomial", alpha = alpha, lambda = lambda, thresh = 1e-20, maxit = 1e7)
    penalised <- rbind(penalised, data.frame(case = case, 
      kind = if (alpha == 0) "ridge" else if (alpha == 1) "lasso" else "elastic_net", mixing = alpha, penalty = lambda,
      term = c("(Intercept)", colnames(x)), coefficient = sprintf("%.17g", as.numeric(coef(g)))))
  }
}
write.csv(coefs, file.path(args[2], "glm_coefficients.csv"), row.names = FALSE, quote = FALSE)
write.csv(fits, file.path(args[2], "glm_fits.csv"), row.names = FALSE, quote = FALSE)
write.csv(penalised, file.path(args[2], "glmnet_coefficients.csv"), row.names = FALSE, quote = FALSE)
