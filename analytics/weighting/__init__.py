"""Weighting: weights that make the arms alike, blind to outcome.

Belongs here: balancing weights from the propensity score, entropy balancing, truncation, effective sample size.
"""
