"""Setting aside what is damaged: under a dated name beside its place, so that it is made anew and can be looked at."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestration.settings import TIME_ZONE


def set_aside_unless(kind: str, *paths: Path) -> list[str]:
    """Set aside what stands where a file or a folder (`kind`) belongs and is none, be it a dangling link.

    Returns:
        A line for each.
    """
    right = {"file": Path.is_file, "folder": Path.is_dir}[kind]
    return [set_aside(path) for path in paths if os.path.lexists(path) and not right(path)]


def set_aside(path: Path) -> str:
    """Rename a damaged file or folder, in its folder.

    Returns:
        The line that says so.
    """
    now = datetime.now(ZoneInfo(TIME_ZONE))
    aside = path.with_name(f"{path.name}.damaged-{now:%Y%m%dT%H%M%S%f}")
    os.rename(path, aside)
    return (
        f"{path.name} was damaged: set aside as {aside}, and made anew; delete it once it has been looked at"
    )
