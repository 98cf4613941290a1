"""A delivery that lies in landing twice, as folder and zip or as two zips: one is used where they hold the same, none where
they differ, and which was meant is for a person to say.

Does not belong here: which deliveries can be read (`readable`).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from orchestration.extracts.deliveries import Delivery
from orchestration.extracts.errors import DeliveryError, listed


def named_twice(deliveries: Sequence[Delivery]) -> set[str]:
    """Names that more than one delivery has, complete or not."""
    names = [delivery.release for delivery in deliveries]
    return {name for name in names if names.count(name) > 1}


def one_of_each(
    deliveries: Sequence[Delivery], content: Callable[[Delivery], str]
) -> tuple[tuple[Delivery, ...], tuple[str, ...]]:
    """Deliveries of a source, no two complete ones of a name.

    Args:
        deliveries: in order.
        content: hash of what a delivery holds; may raise `DeliveryError`.

    Returns:
        The same in order, but one alone of those that hold the same, and those that differ not complete, each with the
        reason; and a line for each that is left out.
    """
    kept, notes = list(deliveries), []
    for name in sorted(named_twice([one for one in deliveries if one.complete])):
        twins = [one for one in deliveries if one.complete and one.release == name]
        places = listed([one.path.name for one in twins])
        reason = f"{places}: delivered twice with different content; keep one"
        try:
            same = len({content(one) for one in twins}) == 1
        except DeliveryError as error:
            same, reason = False, f"{places}: delivered twice, and cannot be compared ({error}); keep one"
        if same:
            kept = [one for one in kept if one not in twins[1:]]
            notes.append(f"{places}: delivered twice with the same content; the first is used")
        else:
            kept = [replace(one, complete=False, reason=reason) if one in twins else one for one in kept]
    return tuple(kept), tuple(notes)
