"""Balance: whether the arms look alike in the covariates known at time zero.

Belongs here: standardised differences, variance ratios, distribution distances, and the gate they must pass
before a comparison is called supported. No outcomes.
"""
