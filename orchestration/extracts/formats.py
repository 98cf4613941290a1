"""What a file that is not read is, judged by its name, and the way out: one phrase a person can act on.

Not here: reading (`decode`), which table a file holds (`naming`).
"""

import re
from pathlib import PurePosixPath

_READ = "save as CSV, XPT or Dataset-JSON"
_DREAM = re.compile(r"(all_forms_|alsfrs_slope_|surv_response_).*\.txt", re.IGNORECASE)
# Formats that hold tables: one of these named like a table, where nothing else is, must not go unread in silence.
_TABLES = {
    "Excel is not read; " + _READ: (".xlsx", ".xls", ".xlsm", ".xlsb"),
    "a spreadsheet is not read; " + _READ: (".ods", ".numbers"),
    "text is read from .csv files alone, separated by commas; save as CSV": (
        ".txt",
        ".tsv",
        ".tab",
        ".dat",
        ".asc",
    ),
    "SPSS and Stata files are not read; " + _READ: (".sav", ".zsav", ".por", ".dta"),
    "R files are not read; " + _READ: (".rds", ".rda", ".rdata"),
    "Parquet and the like are not read here; " + _READ: (".parquet", ".feather", ".arrow"),
    "a database is not read; " + _READ: (".mdb", ".accdb", ".sqlite", ".db", ".duckdb"),
    "a transport file of version 8 or a CPORT file is not read; " + _READ: (".v8xpt", ".cpt", ".stx"),
}
# Formats that hold no records.
_NO_DATA = {
    "XML is not read: metadata such as Define-XML holds no records": (".xml", ".xsl", ".xsd"),
    "a SAS format catalogue holds no records": (".sas7bcat",),
    "a document or picture, no data": (".pdf", ".doc", ".docx", ".ppt", ".pptx", ".hwp", ".hwpx", ".rtf", ".md", ".html",
                                       ".htm", ".png", ".jpg", ".jpeg"),
    "a program or log, no data": (".sas", ".r", ".py", ".log", ".sql", ".lst"),
}  # fmt: skip
_OTHERS = {
    "an archive beside data files is not opened; deliver its files in the folder, or the archive alone": (".zip",),
    "only zip archives are opened; deliver a zip or the files": (".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz"),
    "a checksum of other files": (".sha256", ".md5"),
}  # fmt: skip
_BY_SUFFIX = {
    suffix: reason
    for group in (_TABLES, _NO_DATA, _OTHERS)
    for reason, suffixes in group.items()
    for suffix in suffixes
}
_TABLE_SUFFIXES = {suffix for suffixes in _TABLES.values() for suffix in suffixes}
_NO_DATA_SUFFIXES = {suffix for suffixes in _NO_DATA.values() for suffix in suffixes}


def why_not_read(name: str) -> str:
    """Why a file of this name is not read, and what to do where it holds data."""
    base = PurePosixPath(name).name
    if base.startswith("."):
        return "a hidden file, no data"
    if _DREAM.fullmatch(base):
        return "the table of the DREAM challenges is not read; give PRO-ACT's export in CSV files"
    suffix = PurePosixPath(base.lower()).suffix
    return _BY_SUFFIX.get(suffix, "not a format that is read; where it holds data, " + _READ)


def may_hold_table(name: str) -> bool:
    """Whether the format, though not read, is one that people keep tables in."""
    return PurePosixPath(name.lower()).suffix in _TABLE_SUFFIXES


def holds_no_data(name: str) -> bool:
    """Whether the name alone says that no records are in the file: hidden, a document, a program, metadata."""
    base = PurePosixPath(name.lower()).name
    return base.startswith(".") or PurePosixPath(base).suffix in _NO_DATA_SUFFIXES
