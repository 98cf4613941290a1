"""What is read in the morning, a line for each thing: what is new, the headline, who is alive, how it reads, what is amiss.

Every line is a lead and its text, in the language it is asked for. Belongs here: which sentence holds, and its numbers. Does
not belong here: the sentences themselves (`sentences`), nor where they stand on the page (`sections.news`).
"""

from itertools import chain

from analytics.report.findings import not_proportional
from analytics.report.glance.amiss import amiss, counts
from analytics.report.glance.effect import alive, balance, headline
from analytics.report.glance.reactions import serious_reactions
from analytics.report.glance.since import serious, since
from analytics.report.material import Material
from analytics.report.sentences import Sentences

Line = tuple[str, str]


def lines(material: Material, say: Sentences) -> list[Line]:
    """All of them, in the order they are read."""
    effect = [*headline(material, say)], [*alive(material, say)]
    # What means the same whenever it is asked leads where the ratio of hazards does not.
    ordered = reversed(effect) if not_proportional(material) else effect
    return [
        *since(material, say),
        *serious(material, say),
        *chain(*ordered),
        *serious_reactions(material, say),
        *balance(material, say),
        *amiss(material, say),
        *counts(material, say),
    ]
