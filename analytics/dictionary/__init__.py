"""The dictionary of a release: one HTML page of its tables and columns, with pictures of its keys and references.

Belongs here: what a dictionary is, words and drawing; descriptions in, text out. Does not belong here: reading a database or
writing a file (`orchestration.releases.dictionary`). Nothing here has seen a row of a table.
"""

from analytics.dictionary.contents import Column, Dictionary, Reference, Table
from analytics.dictionary.page import render_dictionary

__all__ = ["Column", "Dictionary", "Reference", "Table", "render_dictionary"]
