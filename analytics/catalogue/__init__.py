"""Every result table: its columns, their types and meanings, for the stages, the database, the Dagster UI and the readers.

`results.toml` declares them; `declarations` says how such a file is read. Belongs here: schema `results`. Does not belong
here: how a value is computed (the stages), the tables of a release about itself (beside their makers), or marts and quality,
which dbt declares.
"""

from analytics.catalogue.declarations import read_declarations

TABLES = read_declarations(__package__, "results.toml")
