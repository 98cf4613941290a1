"""Every table and figure of a release's report as numbered tables and figures of a document: RTF or DOCX.

Belongs here: reading them off the report page of an edition, laying them out on paper, writing the two formats. Does not
belong here: any number, title or footnote: the page has them, with its disclosure applied.
"""
