"""Propensity scores: who would have been treated, given covariates known at time zero.

Belongs here: score models (logistic, ridge, lasso), what a fitted model says of itself, overlap of the
arms, trimming. Does not belong here: anything that knows an outcome; matching and weighting.
"""
