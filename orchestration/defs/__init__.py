"""What exists in Dagster: a file per stage of the way of the data. How it works is one folder up."""
