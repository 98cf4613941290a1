"""Index dates for controls: how long the treated wait from harvest to first injection, and controls who wait as long.

Belongs here: the distribution of the wait, its draws, and what a control was like on a drawn day. Does not belong here: who
is eligible (`analytics.cohort`), or what is estimated then (`analytics.stages`).
"""
