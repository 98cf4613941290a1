"""Releases: immutable folders `releases/<id>/{vigil.duckdb, report/, in-house/, dictionary/, manifest.json}`, and the link
`current`.

Belongs here: publishing, listing, verifying, comparing, rolling back and erasing releases. Does not belong here: what is in
them, nor Dagster.
"""
