"""From a published number to the lines of the delivered files, proven on the original bytes.

Belongs here: whose records a number rests on, where they stand, whether they still stand there. Does not belong here:
publishing and comparing releases (`releases`).
"""
