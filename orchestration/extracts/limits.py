"""How large a delivery may be, and which file names are let in. Checked before anything is parsed.

Not here: what the files hold.
"""

import re
from dataclasses import dataclass

from orchestration.extracts.errors import DeliveryError, quoted

FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
RESERVED_NAME = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
DATA_SUFFIXES = (".csv", ".xpt", ".sas7bdat", ".json", ".ndjson")


@dataclass(frozen=True)
class Limits:
    """Caps on one delivery.

    Attributes:
        file_bytes: largest single file, uncompressed.
        delivery_bytes: all files together, uncompressed.
        n_file: files in one delivery.
        compression_ratio: largest uncompressed / compressed ratio of a zip member over 1 MB.
        unpacked_bytes, unpacked_ratio: an archive may expand to so many bytes and so many times its own size.
        n_column: columns of one file.
        line_bytes: longest physical line of a text file, and so the largest cell.
        json_bytes: largest Dataset-JSON file, which is read whole (NDJSON is streamed).
        reader_bytes: address space of the process that opens a SAS file.
        reader_seconds: how long that process may take.
        reject_share: share of undecodable records above which the whole file is rejected.
    """

    file_bytes: int = 8 * 2**30
    delivery_bytes: int = 32 * 2**30
    n_file: int = 200
    compression_ratio: float = 200.0
    unpacked_bytes: int = 256 * 2**20
    unpacked_ratio: float = 50.0
    n_column: int = 2000
    line_bytes: int = 2**20
    json_bytes: int = 256 * 2**20
    reader_bytes: int = 4 * 2**30
    reader_seconds: int = 1800
    reject_share: float = 0.20


DEFAULT_LIMITS = Limits()


def check_file_name(name: str) -> None:
    """Refuse a data file whose name could be taken for a path, an option, a pattern or a device.

    Raises:
        DeliveryError: the name is not made of letters, digits, `_`, `.` and `-`, up to 80 characters.
    """
    if not FILE_NAME.fullmatch(name) or RESERVED_NAME.fullmatch(name) or ".." in name:
        raise DeliveryError(
            f"{quoted(name)}: file name not allowed (letters, digits, '_', '.', '-', at most 80 characters,"
            " beginning with a letter or digit); rename the file and deliver again"
        )


def is_data_file(name: str) -> bool:
    """Tell whether a file name has a suffix that a decoder reads."""
    return name.lower().endswith(DATA_SUFFIXES)


def check_size(name: str, size: int, limit: int) -> None:
    """Refuse a file over its cap before it is parsed.

    Raises:
        DeliveryError: the file is larger than `limit` bytes.
    """
    if size > limit:
        raise DeliveryError(
            f"{quoted(name)}: {size / 2**20:,.0f} MiB is over the limit of {limit / 2**20:,.0f} MiB;"
            " check the export, or raise the limit"
        )
