# Reads a SAS transport file with haven, as an analyst would, and writes what it found as text: a line for each variable
# (name, kind, label), then a line for each row. Values are as exact as text can be.
arguments <- commandArgs(trailingOnly = TRUE)
found <- haven::read_xpt(arguments[1])
kind <- function(x) if (inherits(x, "Date")) "date" else if (is.numeric(x)) "number" else "text"
as_text <- function(x) {
  told <- switch(kind(x), date = format(x, "%Y-%m-%d"), number = formatC(x, digits = 17, format = "g"), text = enc2utf8(x))
  ifelse(is.na(x), "NA", trimws(told))
}
label <- function(x) { said <- attr(x, "label", exact = TRUE); if (is.null(said)) "" else said }
variables <- data.frame(name = names(found), kind = sapply(found, kind), label = sapply(found, label))
write.table(variables, arguments[2], sep = ",", qmethod = "double", row.names = FALSE, fileEncoding = "UTF-8")
rows <- as.data.frame(lapply(found, as_text), check.names = FALSE)
write.table(rows, arguments[3], sep = ",", qmethod = "double", row.names = FALSE, fileEncoding = "UTF-8")
