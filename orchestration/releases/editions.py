"""The editions of the report in a release, a folder each, and their file."""

PUBLIC, IN_HOUSE = "report", "in-house"
"""The edition that may be copied from, and the house's own."""
FILE = "report.html"
