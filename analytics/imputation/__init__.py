"""Multiple imputation of missing covariates, and pooling of what was estimated on each imputation.

Belongs here: chained equations within a source, auxiliary columns, Rubin's rules. Does not belong here: deciding
which covariates may be imputed (the protocol's business), estimating anything.
"""
