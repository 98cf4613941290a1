"""`--reason`: why somebody did something, one plain line that the journal keeps and every listing shows."""

import argparse


def reason(text: str) -> str:
    """What was given, without blanks around it.

    Raises:
        ArgumentTypeError: it is empty, of more than one line, or holds a character that is not shown.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; say why")
    if not text.isprintable():
        raise argparse.ArgumentTypeError("holds a line break or control character; write one plain line")
    return text.strip()
