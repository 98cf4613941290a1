"""Survival of both arms by models of outcome, treatment and censoring: g-computation, weighting, and both at once.

Belongs here: the models as values that know how much each subject moves them, whom an average is over, the estimators with
their influence functions. Does not belong here: which models a protocol asks for, pooling over imputations, result rows
(`analytics.comparison`); matching and weighting without a model of the outcome (`analytics.survival`).
"""
