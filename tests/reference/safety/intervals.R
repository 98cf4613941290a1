# Prints the expected values of test_intervals_against_R.py: exact Poisson and binomial intervals, Fisher's p, and the
# Miettinen-Nurminen interval by numerical maximisation of the restricted likelihood (no closed form).
# Run: Rscript intervals.R  (base R only; writes the CSV files beside it)
options(digits = 15)

poisson_rows <- expand.grid(n = c(0, 1, 2, 3, 7, 10, 25, 100, 1000), years = c(1, 157.3, 2500))
poisson_rows <- do.call(rbind, lapply(seq_len(nrow(poisson_rows)), function(i) {
  r <- poisson_rows[i, ]
  ci <- poisson.test(r$n, r$years)$conf.int
  data.frame(n = r$n, years = r$years, lower = ci[1], upper = ci[2])
}))
write.csv(poisson_rows, "poisson.csv", row.names = FALSE)

binomial <- data.frame(x = c(0, 1, 2, 5, 157, 156, 10, 50, 4, 9), n = c(157, 157, 157, 157, 157, 157, 20, 120, 4, 10))
ci <- t(mapply(function(x, n) binom.test(x, n)$conf.int, binomial$x, binomial$n))
write.csv(cbind(binomial, lower = ci[, 1], upper = ci[, 2]), "clopper_pearson.csv", row.names = FALSE)

tables <- data.frame(
  x1 = c(56, 9, 6, 5, 0, 0, 10, 10, 7, 1, 3, 12, 40, 0, 2, 150, 1, 77),
  n1 = c(70, 10, 7, 56, 10, 10, 10, 10, 34, 157, 84, 86, 86, 157, 5, 157, 1, 84),
  x2 = c(48, 3, 2, 0, 0, 0, 0, 0, 1, 0, 9, 20, 38, 4, 2, 140, 0, 69),
  n2 = c(80, 10, 7, 29, 20, 10, 20, 10, 34, 150, 84, 84, 90, 157, 6, 157, 1, 86)
)

restricted <- function(x1, n1, x2, n2, delta) {
  lo <- max(0, -delta); hi <- min(1, 1 - delta)
  if (hi - lo < 1e-12) return(lo)
  ll <- function(p2) {
    p1 <- min(max(p2 + delta, 0), 1)
    part <- function(x, p) if (x == 0) 0 else x * log(p)
    part(x1, p1) + part(n1 - x1, 1 - p1) + part(x2, p2) + part(n2 - x2, 1 - p2)
  }
  inner <- optimize(ll, c(lo, hi), maximum = TRUE, tol = 1e-13)
  candidates <- c(inner$maximum, lo, hi)
  candidates[which.max(sapply(candidates, ll))]
}
statistic <- function(x1, n1, x2, n2, delta) {
  p2 <- restricted(x1, n1, x2, n2, delta); p1 <- p2 + delta
  v <- (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
  d <- x1 / n1 - x2 / n2 - delta
  if (abs(d) < 1e-12) 0 else d^2 / v
}
score_limits <- function(x1, n1, x2, n2) {
  z2 <- qnorm(0.975)^2; d <- x1 / n1 - x2 / n2
  f <- function(delta) min(statistic(x1, n1, x2, n2, delta), 1e6) - z2
  side <- function(to) if (abs(d - to) < 1e-12 || f(to * (1 - 1e-10)) < 0) to else
    uniroot(f, sort(c(d, to * (1 - 1e-10))), tol = 1e-12)$root
  c(side(-1), side(1))
}
mn <- t(mapply(score_limits, tables$x1, tables$n1, tables$x2, tables$n2))
p <- mapply(function(a, m, b, n) fisher.test(matrix(c(a, m - a, b, n - b), 2))$p.value,
            tables$x1, tables$n1, tables$x2, tables$n2)
write.csv(cbind(tables, lower = mn[, 1], upper = mn[, 2], p_fisher = p), "differences.csv", row.names = FALSE)
