"""A run of the operating characteristics: on which release, in how many processes, and what of it is kept when it stops.

Belongs here: chunks of replicates in the store, the processes that compute them, the table of the last run. Does not belong
here: a replicate (`analytics.operating_characteristics`), and how a night takes the table over (`night.operating_run`).
"""
