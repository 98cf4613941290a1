"""Data queries out to the sites that are asked: a file a site, with the site's own subject numbers.

Belongs here: who is meant by a pseudonym, what a file says, where it may lie, and the audit of every such disclosure. Does
not belong here: what is asked (the data queries of dbt), nor what comes back (`extracts.site_answers`).
"""
