"""Matching: controls found for each treated subject, blind to outcome.

Belongs here: nearest, optimal, full, exact and coarsened exact matching, their weights, and refreshing a set
when new subjects arrive. Does not belong here: estimating scores, judging balance.
"""
