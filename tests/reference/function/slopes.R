# Random height and slope by lme4::lmer (REML) on three data sets. Rscript slopes.R OUTDIR
# als: made up by another mechanism than the model: twelve items that step down at gamma-distributed times, visits at
#   irregular days, some missed, and dropout of those who have lost most. chick: ChickWeight, diets 1 and 3, some chicks lost.
# orthodont: nlme's, by sex.
suppressMessages(library(lme4))
out <- commandArgs(TRUE)[1]
set.seed(20260411)
subject <- function(id) {
  treated <- as.numeric(id %% 3 == 0)
  pace <- rgamma(1, 2, 2 + 0.6 * treated)
  steps <- replicate(12, cumsum(rgamma(4, 1.3, 0.075 * pace)))
  day <- c(0, sort(sample(10:540, sample(1:9, 1))))
  score <- sapply(day, function(d) 48 - sample(2:9, 1) %/% 4 - sum(steps <= d / 30.4375 + 3))
  seen <- c(TRUE, cumsum(score[-1] < 12 + 14 * runif(length(day) - 1)) < 2)
  data.frame(subject = id, treated, day = day[seen], score = pmax(score[seen], 0))
}
als <- do.call(rbind, lapply(1:240, subject))
chick <- subset(as.data.frame(ChickWeight), Diet %in% c(1, 3))
chick <- data.frame(subject = as.integer(as.character(chick$Chick)), treated = as.numeric(chick$Diet == 3),
                    day = chick$Time, score = chick$weight)
data(Orthodont, package = "nlme")
orthodont <- data.frame(subject = as.integer(factor(as.character(Orthodont$Subject))),
                        treated = as.numeric(Orthodont$Sex == "Female"), day = Orthodont$age - 8,
                        score = Orthodont$distance)
fit <- function(name, d, unit) {
  d <- d[order(d$subject, d$day), ]
  write.csv(d, file.path(out, paste0(name, ".csv")), row.names = FALSE)
  d$time <- d$day / unit
  m <- lmer(score ~ treated * time + (time | subject), data = d, REML = TRUE,
            control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5)))
  stopifnot(!isSingular(m))
  v <- VarCorr(m)$subject
  data.frame(data = name, quantity = c(paste0("coefficient ", 1:4), paste0("error ", 1:4), "variance of heights",
                                       "covariance", "variance of slopes", "residual variance"),
             value = c(fixef(m)[c(1, 2, 3, 4)], sqrt(diag(as.matrix(vcov(m)))), v[1, 1], v[1, 2], v[2, 2], sigma(m)^2))
}
found <- rbind(fit("als", als, 30.4375), fit("chick", chick, 7), fit("orthodont", orthodont, 1))
found$value <- format(found$value, digits = 12)
write.csv(found, file.path(out, "slopes.csv"), row.names = FALSE, quote = FALSE)
