"""Survival estimators: arrays and frames in, frozen dataclasses or frames out.

Belongs here: estimation from follow-up times on the ``(entry, stop]`` clock (Kaplan–Meier, log-rank, Cox,
proportional-hazards test, restricted mean, milestones, accelerated failure time, competing risks, follow-up). Does
not belong here: choosing subjects, matching, weighting, protocols, tables of the release, figures.

Accelerated failure time is fitted by lifelines. The other estimators are compiled kernels of this package: lifelines
agrees on Kaplan–Meier and on unweighted Cox fits, which ``tests/unit/survival`` checks, but its proportional-hazards test
on ties, its robust and clustered variances and its restricted-mean standard error differ from R's survival, and
its fits with many strata or clusters take minutes at 100,000 rows. ``README.md`` names source and tolerance of each.
"""
