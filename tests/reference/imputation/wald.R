# Wald statistics pooled by mitml's D2 (Li, Meng, Raghunathan, Rubin 1991). Rscript wald.R OUTDIR
out <- commandArgs(TRUE)[1]
cases <- list(
  two_df = list(k = 2, d = c(3.1, 5.2, 1.4, 4.4, 2.0)),
  one_df = list(k = 1, d = c(4.1, 3.2, 5.5, 2.9, 3.8, 4.4, 3.3)),
  close = list(k = 3, d = c(9.01, 9.02, 9.03)),
  weak = list(k = 1, d = c(0.9, 0.001, 1.4, 0.2)))
rows <- NULL
for (name in names(cases)) {
  it <- cases[[name]]
  p <- mitml:::.D2(it$d, it$k)
  f <- max(p$F, 0)
  rows <- rbind(rows, data.frame(case = name, df = it$k, statistics = paste(it$d, collapse = " "), f = f, denominator_df = p$v,
    p_value = pf(f, it$k, p$v, lower.tail = FALSE)))
}
for (column in c("f", "denominator_df", "p_value")) rows[[column]] <- sprintf("%.17g", rows[[column]])
write.csv(rows, file.path(out, "wald.csv"), row.names = FALSE, quote = FALSE)
