"""Who is compared, and how an estimate of them becomes a row: subjects, sets and weights of a specification, pooling over
imputations, effect rows.

Belongs here: what stages share. Does not belong here: the order of things (`study`), estimators, and what a report says.
"""
