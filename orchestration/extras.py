"""Libraries that only some homes need, and how they come to be installed. Which they are stands in `pyproject.toml`."""


def way_to_install(extra: str) -> str:
    """A command for the checkout; never by name from an index, where `vigil` is somebody else's package."""
    return f"in the checkout, .uv/bin/uv sync --frozen --extra {extra}"
