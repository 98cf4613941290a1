"""The protocol as a target trial beside its emulation (TARGET statement), and every setting."""

import pandas as pd
from markupsafe import Markup

from analytics.protocol import to_toml
from analytics.report.markup import heading, paragraph, table
from analytics.report.material import Material
from analytics.report.target_trial import components

KEY, TITLE = "protocol", "Protocol: target trial and emulation"


def body(material: Material) -> Markup:
    """Side by side, then the whole file."""
    protocol = material.protocol
    rows = pd.DataFrame(components(protocol), columns=["component", "trial", "emulation", "gap"])
    labels = {
        "component": "Component", "trial": "Target trial", "emulation": "Emulation in these data", "gap": "What is lost",
    }  # fmt: skip
    built = table(
        rows, labels, key="target-trial", title="Target trial and its emulation.", mark=material.mark,
        text=["trial", "emulation", "gap"],
        note=f"{protocol.study.id}, version {protocol.study.version}. After the TARGET statement.",
    )  # fmt: skip
    settings = Markup("<pre>{}</pre>").format(to_toml(protocol))
    lead = "Every choice of the analysis, defaults written out; the hash of its canonical form names it on every page."
    return Markup("").join(
        [
            Markup('<div class="wide">{}</div>').format(built),
            heading("Every setting"),
            paragraph(lead),
            settings,
        ]
    )
