# Writes tables of R packages as CSV, with the class in the column `label`, for bench/tables.mjs:
#   Rscript bench/tables.R FOLDER          29 tables
#   Rscript bench/tables.R FOLDER more     24 others, most of them of people and hard to tell apart
# Needs the packages mlbench, kernlab, modeldata, MASS, dslabs, carData and ddalpha, for the others carData, MASS, dslabs, caret, mclust,
# survival, rpart, AER, vcd, vcdExtra, mlmRev and boot (Debian: r-cran-…).
# Rows without a class are left out; rows are as the packages have them otherwise, missing cells included.
arguments <- commandArgs(trailingOnly = TRUE)
if (!length(arguments) %in% 1:2 || (length(arguments) == 2 && arguments[2] != "more")) {
  stop("usage: Rscript bench/tables.R FOLDER [more]")
}
folder <- arguments[1]
dir.create(folder, showWarnings = FALSE, recursive = TRUE)

load_table <- function(name, package, file = name) {
  where <- new.env()
  data(list = file, package = package, envir = where)
  as.data.frame(where[[name]])
}

write_table <- function(file, table, label, leave_out = character()) {
  class <- as.character(table[[label]])
  others <- table[, setdiff(names(table), c(label, leave_out)), drop = FALSE]
  others[] <- lapply(others, function(column) if (is.list(column)) as.character(column) else column)
  rows <- cbind(others, label = class)[!is.na(class), , drop = FALSE]
  write.csv(rows, file.path(folder, paste0(file, ".csv")), row.names = FALSE, na = "")
  cat(sprintf("%-14s %5d rows, %3d columns, %2d classes\n",
              file, nrow(rows), ncol(others), length(unique(rows$label))))
}

from <- function(package, file, name, label, ...) write_table(file, load_table(name, package), label, ...)

write_first <- function() {
  from("mlbench", "zoo", "Zoo", "type")
  from("kernlab", "promoter", "promotergene", "Class")
  from("modeldata", "scat", "scat", "Species")
  from("MASS", "birthwt", "birthwt", "low", "bwt") # low: bwt below 2.5 kg
  crabs <- load_table("crabs", "MASS")
  crabs$kind <- paste(crabs$sp, crabs$sex)
  write_table("crabs", crabs, "kind", c("sp", "sex", "index"))
  from("mlbench", "sonar", "Sonar", "Class")
  from("mlbench", "glass", "Glass", "Type")
  from("modeldata", "pd_speech", "pd_speech", "class")
  from("modeldata", "ad_data", "ad_data", "Class")
  from("mlbench", "ionosphere", "Ionosphere", "Class")
  from("kernlab", "musk", "musk", "Class")
  from("dslabs", "olive", "olive", "area", "region") # areas lie in regions
  from("ddalpha", "segmentation", "segmentation", "C")
  from("mlbench", "soybean", "Soybean", "Class")
  from("mlbench", "breastcancer", "BreastCancer", "Class", "Id")
  from("mlbench", "pima", "PimaIndiansDiabetes2", "diabetes")
  from("mlbench", "vehicle", "Vehicle", "Class")
  from("carData", "beps", "BEPS", "vote")
  from("modeldata", "cells", "cells", "class", "case") # case: which rows others tested on
  from("carData", "chile", "Chile", "vote")
  from("MASS", "aids2", "Aids2", "status")
  from("mlbench", "dna", "DNA", "Class")
  from("modeldata", "hpc_data", "hpc_data", "class")
  from("modeldata", "credit_data", "credit_data", "Status")
  from("kernlab", "spam", "spam", "type")
  from("modeldata", "mlc_churn", "mlc_churn", "churn")
  from("modeldata", "stackoverflow", "stackoverflow", "Remote")
  from("modeldata", "wa_churn", "wa_churn", "churn")
  from("modeldata", "lending_club", "lending_club", "Class")
}

write_more <- function() {
  from("caret", "germancredit", "GermanCredit", "Class")
  from("mclust", "banknote", "banknote", "Status")
  from("mclust", "diabetes", "diabetes", "class")
  from("mclust", "thyroid", "thyroid", "Diagnosis")
  from("survival", "pbc", "pbc", "status", c("id", "time"))
  colon <- load_table("colon", "survival", "cancer")
  write_table("colon", colon[colon$etype == 2, ], "status", c("id", "time", "study", "etype"))
  from("rpart", "kyphosis", "kyphosis", "Kyphosis")
  from("rpart", "stagec", "stagec", "ploidy")
  from("rpart", "cusummary", "cu.summary", "Type")
  from("AER", "creditcard", "CreditCard", "card", c("share", "expenditure")) # 0 without a card
  affairs <- load_table("Affairs", "AER")
  affairs$had <- ifelse(affairs$affairs > 0, "yes", "no")
  write_table("affairs", affairs, "had", "affairs")
  from("AER", "hmda", "HMDA", "deny")
  from("AER", "swisslabor", "SwissLabor", "participation")
  from("AER", "bankwages", "BankWages", "job")
  smoke <- load_table("SmokeBan", "AER")
  write_table("smokeban", smoke[seq(1, nrow(smoke), 5), ], "smoker")
  from("vcd", "arthritis", "Arthritis", "Improved", "ID")
  from("vcdExtra", "icu", "ICU", "died")
  from("mlmRev", "contraception", "Contraception", "use", "woman")
  from("carData", "mroz", "Mroz", "lfp")
  from("carData", "womenlf", "Womenlf", "partic")
  from("carData", "cowles", "Cowles", "volunteer")
  from("MASS", "melanoma", "Melanoma", "status", "time")
  from("boot", "urine", "urine", "r")
  where <- new.env()
  data("mnist_27", package = "dslabs", envir = where)
  write_table("mnist27", as.data.frame(where$mnist_27$train), "y")
}

if (length(arguments) == 2) write_more() else write_first()
