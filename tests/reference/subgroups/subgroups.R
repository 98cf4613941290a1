# Writes subgroups_lung.csv (input) and subgroups_expected.csv: survival::lung, sex as the treatment.
library(survival)
d <- lung[!is.na(lung$ph.ecog) & lung$ph.ecog < 3, c("time", "status", "sex", "ph.ecog", "age", "inst")]
d <- d[!is.na(d$inst), ]
d$event <- d$status - 1; d$treated <- d$sex - 1; d$old <- as.numeric(d$age >= 65)
write.csv(d[, c("time", "event", "treated", "ph.ecog", "old", "inst")], "subgroups_lung.csv", row.names = FALSE)
rows <- list()
for (g in c("ph.ecog", "old")) for (robust in c(FALSE, TRUE)) {
  fit <- function(f, data) if (robust) coxph(f, data, cluster = inst) else coxph(f, data)
  both <- fit(as.formula(paste("Surv(time, event) ~ treated * factor(", g, ")")), d)
  at <- grep("treated:", names(coef(both)))
  wald <- as.numeric(t(coef(both)[at]) %*% solve(vcov(both)[at, at], coef(both)[at]))
  for (v in sort(unique(d[[g]]))) {
    one <- fit(Surv(time, event) ~ treated, d[d[[g]] == v, ])
    rows[[length(rows) + 1]] <- data.frame(subgroup = g, level = v, robust = robust, coefficient = coef(one)[[1]],
      standard_error = sqrt(vcov(one)[1, 1]), interaction_chi2 = wald, interaction_df = length(at))
  }
}
write.csv(format(do.call(rbind, rows), digits = 15), "subgroups_expected.csv", row.names = FALSE, quote = FALSE)
