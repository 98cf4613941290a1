"""One build of one data cut: the plan, the inputs it is pinned to, guards, checks, what changed, report, publication.

Belongs here: everything that happens between accepted deliveries and a release; it knows no Dagster, which runs it
(`dagster_parts`). Does not belong here: what exists in Dagster (`defs`), how releases lie on disk (`releases`), how a file
is read (`extracts`).
"""
