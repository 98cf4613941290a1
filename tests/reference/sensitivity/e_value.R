# Writes e_value_expected.csv: non-rare hazard-ratio form of VanderWeele and Ding (2017), as evalues.HR computes it,
# beside the two published examples in risk ratios (0.80: 1.81 and 1.43; 3.9: 7.26 and 3.0).
rr <- function(hr) (1 - 0.5^sqrt(hr)) / (1 - 0.5^sqrt(1 / hr))
e <- function(x, true) { if (x < true) { x <- 1 / x; true <- 1 / true }; (x + sqrt(x * (x - true))) / true }
grid <- data.frame(hr = c(0.56, 0.48, 0.9, 1.3, 2.5, 0.3), lower = c(0.46, 0.31, 0.7, 1.2, 1.6, 0.2),
  upper = c(0.69, 0.77, 1.1, 1.4, 3.9, 0.45), true = c(1, 1, 1, 1.1, 1, 0.6))
grid$risk_ratio <- rr(grid$hr)
grid$estimate <- mapply(e, rr(grid$hr), rr(grid$true))
limit <- ifelse(grid$hr <= grid$true, grid$upper, grid$lower)
crosses <- (limit - grid$true) * (grid$hr - grid$true) <= 0
grid$interval <- ifelse(crosses, 1, mapply(e, rr(limit), rr(grid$true)))
write.csv(format(grid, digits = 15), "e_value_expected.csv", row.names = FALSE, quote = FALSE)
