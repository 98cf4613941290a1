"""What the headline method could have shown on these patients: bias, coverage, type-1 error, power.

Belongs here: outcomes with a known effect for the patients of a data cut (plasmode), pseudo-treated patients of one source
(empirical null), the headline method on each, and what it amounts to. Does not belong here: the headline method itself
(`analytics.stages`), where results are kept between runs, and which processes compute them (`orchestration.operating`).
"""
