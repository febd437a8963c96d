# Writes tables of R packages as CSV, with the class in the column `label`, for bench/tables.mjs:
#   Rscript bench/tables.R FOLDER
# Needs the packages mlbench, kernlab, modeldata, MASS, dslabs, carData and ddalpha (Debian: r-cran-…).
# Rows without a class are left out; rows are as the packages have them otherwise, missing cells included.
folder <- commandArgs(trailingOnly = TRUE)
if (length(folder) != 1) stop("usage: Rscript bench/tables.R FOLDER")
dir.create(folder, showWarnings = FALSE, recursive = TRUE)

load_table <- function(name, package) {
  where <- new.env()
  data(list = name, package = package, envir = where)
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
