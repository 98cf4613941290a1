"""What differs between a release and the one before, and why its estimates moved. Frames of both in, frames out.

Belongs here: comparison of two sets of marts and results; `change.toml` declares the tables made of it. Does not belong
here: where releases lie, or which is the parent.
"""

from analytics.catalogue.declarations import read_declarations

TABLES = read_declarations(__package__, "change.toml")
