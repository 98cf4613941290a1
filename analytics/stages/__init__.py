"""The stages of the study: each reads the protocol and some tables, calls the estimators, and makes result tables.

Belongs here: picking what the protocol asks for and shaping results. Does not belong here: how anything is estimated.
Every module has NEEDS, MAKES and `run(protocol, tables)`; `analytics.study.STAGES` puts them in order.
"""
