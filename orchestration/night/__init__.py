"""One build of one data cut: the plan, the inputs it is pinned to, guards, checks, what changed, report, publication.

Belongs here: everything that happens between accepted deliveries and a release. Does not belong here: what exists in
Dagster (`defs`), how releases lie on disk (`releases`), how a file is read (`extracts`).
"""
