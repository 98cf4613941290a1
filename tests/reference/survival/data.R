# Public data sets of R's survival, exported as they are used in the other scripts of this folder.
# Rscript data.R <folder of this script>
library(survival)
out <- file.path(commandArgs(TRUE)[1], "data")
keep_na <- function(d) { d[] <- lapply(d, function(v) if (is.factor(v)) as.character(v) else v); d }
write_na <- function(d, name) {
  d <- keep_na(d)
  d[] <- lapply(d, function(v) if (is.numeric(v)) ifelse(is.na(v), "", sprintf("%.17g", v)) else ifelse(is.na(v), "", v))
  write.csv(d, file.path(out, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}
set.seed(20260101)
weighted <- function(d) { d$w <- round(rexp(nrow(d)) + 0.05, 4); d }
write_na(weighted(cbind(lung, event = lung$status - 1)), "lung")
write_na(weighted(veteran), "veteran")
write_na(weighted(ovarian), "ovarian")
write_na(weighted(subset(colon, etype == 2)), "colon")
write_na(weighted(kidney), "kidney")
write_na(weighted(within(heart, transplant <- as.numeric(as.character(transplant)))), "heart")
write_na(weighted(within(pbc, { event <- 1 * (status == 2); logbili <- log(bili) })), "pbc")
m <- within(mgus2, { etime <- ifelse(pstat == 0, futime, ptime); cause <- ifelse(pstat == 0, 2 * death, 1); male <- 1 * (sex == "M") })
write_na(weighted(m), "mgus2")
write_na(weighted(subset(bladder2, stop > start)), "bladder2")
write_na(weighted(cgd[, c("id", "center", "treat", "sex", "age", "tstart", "tstop", "status", "enum")]), "cgd")
write_na(weighted(rats), "rats")
write_na(weighted(within(subset(mgus, !is.na(alb)), { start <- age * 365.25; stop <- start + futime })), "mgus")
