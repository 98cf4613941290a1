"""SAS data sets (sas7bdat) for tests, written by ReadStat's own writer, which pyreadstat carries but does not offer."""

import ctypes
from pathlib import Path

import pyreadstat._readstat_writer as carrier

STRING, DOUBLE = 0, 5
ENCODING_AT = 70
ENCODINGS = {"utf-8": 20, "ascii": 28, "latin-1": 29, "cp1252": 62, "cp949": 0x8C}


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(carrier.__file__)
    library.readstat_writer_init.restype = ctypes.c_void_p
    library.readstat_add_variable.restype = ctypes.c_void_p
    return library


def sas7bdat(
    header: list[str], rows: list[list[object]], encoding: str = "utf-8", width: int = 40, declared: str = ""
) -> bytes:
    """A data set: text cells as text of `width` bytes in `encoding` (bytes are written as they are), others as numbers."""
    library = _library()
    written = bytearray()
    sink = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)(
        lambda data, size, _: written.extend(ctypes.string_at(data, size)) or size
    )
    writer = ctypes.c_void_p(library.readstat_writer_init())
    library.readstat_set_data_writer(writer, sink)
    is_text = [any(isinstance(row[i], (str, bytes)) for row in rows) for i in range(len(header))]
    variables = [
        ctypes.c_void_p(
            library.readstat_add_variable(
                writer, name.encode(), STRING if text else DOUBLE, ctypes.c_size_t(width if text else 8)
            )
        )
        for name, text in zip(header, is_text, strict=True)
    ]
    assert library.readstat_begin_writing_sas7bdat(writer, None, ctypes.c_long(len(rows))) == 0
    for row in rows:
        library.readstat_begin_row(writer)
        for variable, cell in zip(variables, row, strict=True):
            if isinstance(cell, (str, bytes)):
                content = cell if isinstance(cell, bytes) else cell.encode(encoding)
                assert library.readstat_insert_string_value(writer, variable, content) == 0
            elif cell is None:
                assert library.readstat_insert_missing_value(writer, variable) == 0
            else:
                assert library.readstat_insert_double_value(writer, variable, ctypes.c_double(cell)) == 0
        assert library.readstat_end_row(writer) == 0
    assert library.readstat_end_writing(writer) == 0
    library.readstat_writer_free(writer)
    written[ENCODING_AT] = ENCODINGS[declared or encoding]
    return bytes(written)


def write_sas7bdat(path: Path, header: list[str], rows: list[list[object]], encoding: str = "utf-8") -> None:
    """Write a data set to a file."""
    path.write_bytes(sas7bdat(header, rows, encoding))
