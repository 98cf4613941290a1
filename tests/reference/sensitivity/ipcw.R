# Writes ipcw_intervals.csv (input) and ipcw_expected.csv: censoring weights on survival::lung cut every 90 days.
library(survival)
l <- lung[!is.na(lung$ph.karno) & !is.na(lung$wt.loss), ]
l$id <- seq_len(nrow(l))
d <- survSplit(Surv(time, status == 2) ~ ., data = l, cut = seq(90, 990, 90), event = "died", start = "start", end = "stop")
last <- !duplicated(d$id, fromLast = TRUE)
d$lost <- as.numeric(last & d$died == 0)
d$late <- pmax(0, d$start - 180) / 100 * d$wt.loss / 10
fit <- coxph(Surv(start, stop, lost) ~ age + ph.karno + late, d, ties = "breslow")
with <- predict(fit, type = "expected")
na <- summary(survfit(Surv(start, stop, lost) ~ 1, d))
step <- stepfun(na$time, c(0, cumsum(na$n.event / na$n.risk)))
without <- step(d$stop) - step(d$start)
gap <- with - without
before <- ave(gap, d$id, FUN = cumsum) - gap
write.csv(d[, c("id", "start", "stop", "lost", "age", "ph.karno", "late")], "ipcw_intervals.csv", row.names = FALSE)
write.csv(data.frame(id = d$id, start = d$start, weight = sprintf("%.15g", exp(before))), "ipcw_expected.csv", row.names = FALSE, quote = FALSE)
