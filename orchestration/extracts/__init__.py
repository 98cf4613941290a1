"""Reading deliveries: from files in `landing/` to an immutable Parquet store of text cells.

One delivery goes find (`deliveries`) → accept (`land`) → register as schema `raw` (`register`).
Nothing here knows Dagster or the environment: folders, the clock and the pseudonym key are arguments.
Typing, clinical checks and every judgement about values belong to the dbt project, not here.
"""
