# Scores with restricted cubic splines, by R's natural splines of the same knots. Rscript spline.R DATADIR OUTDIR
# DATADIR holds lalonde.csv and rotterdam.csv as matching/matchit.R wrote them. Another basis of the same space: fitted values
# are equal, coefficients are not.
library(splines)
args <- commandArgs(TRUE)
quantiles <- list(`3` = c(.1, .5, .9), `4` = c(.05, .35, .65, .95), `5` = c(.05, .275, .5, .725, .95))
bent <- function(x, q) { k <- quantile(x, q); ns(x, knots = k[-c(1, length(k))], Boundary.knots = k[c(1, length(k))]) }
formulas <- list(
  lalonde = treat ~ bent(age, q) + bent(educ, q) + race + married + nodegree,
  rotterdam = hormon ~ bent(age, q) + meno + size + grade + bent(er, q))
out <- NULL
for (case in names(formulas)) for (number in names(quantiles)) {
  q <- quantiles[[number]]
  d <- read.csv(file.path(args[1], paste0(case, ".csv")))
  f <- glm(formula(deparse1(formulas[[case]])), data = d, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100))
  out <- rbind(out, data.frame(case = case, knots = number, log_likelihood = sprintf("%.17g", logLik(f)),
                               first_logit = sprintf("%.17g", predict(f)[1]), last_logit = sprintf("%.17g", predict(f)[nrow(d)])))
}
write.csv(out, file.path(args[2], "glm_splines.csv"), row.names = FALSE, quote = FALSE)
