"""Function beside survival: scores along follow-up, their slopes, and both at once.

Belongs here: estimators on arrays. Does not belong here: what a protocol asks for, pooling over imputations
(`analytics.comparison.functional_effects`).
"""
