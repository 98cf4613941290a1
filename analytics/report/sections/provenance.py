"""Where every number came from: data cut, files, protocol and code, by their hashes."""

import pandas as pd
from markupsafe import Markup

from analytics.protocol import protocol_hash
from analytics.report.markup import absent, heading, paragraph, table
from analytics.report.material import Material
from analytics.report.numbers import missing

KEY, TITLE = "provenance", "Provenance"
DICTIONARY = "../dictionary/index.html"
"""From the folder of either edition."""


def body(material: Material) -> Markup:
    """Facts of the release, then its delivered files."""
    protocol = material.protocol
    facts = {
        **material.provenance.facts,
        "Protocol": f"{protocol.study.id} {protocol.study.version}",
        "Protocol hash": protocol_hash(protocol),
        "Seed": str(protocol.study.seed),
    }
    rows = pd.DataFrame({"what": list(facts), "value": list(facts.values())})
    built = table(
        rows, {"what": "What", "value": "Value"}, key="facts", title="What this report is a function of.",
        mark=material.mark, text=["value"],
        note="Equal inputs, protocol and code give this text again. Release number and time stand in "
        "manifest.json beside it.",
    )  # fmt: skip
    trace = "From any row of the result tables to the subjects behind it and to file and line of the delivered files: "
    trace += "SRCFILE and SRCLINE of the marts."
    return Markup("").join(
        [
            Markup('<div class="hash">{}</div>').format(built),
            paragraph(trace),
            _dictionary(material),
            _files(material),
        ]
    )


def _dictionary(material: Material) -> Markup:
    """The way to the page that lies beside both editions in a release; what is no release has none."""
    if not (material.released and "Data cut" in material.provenance.facts):
        return Markup("")
    link = Markup('<a href="{}">dictionary</a>').format(DICTIONARY)
    return paragraph(
        Markup("What every table and column of the database means: the {} of this release.").format(link)
    )


def _files(material: Material) -> Markup:
    files = material.provenance.input_files
    if files.empty:
        return absent("no delivered files are named in this report")
    ordered = files.sort_values(["source", "file_name", "sha256"], kind="stable")
    shown = pd.DataFrame(
        {
            "group": [
                f"{row['source']} {'' if missing(row['release']) else row['release']}"
                for _, row in ordered.iterrows()
            ],
            "file": ordered["file_name"],
            "records": ordered["n_record"].map(material.disclosure.count),
            "rejected": ordered["n_decode_reject"].map(material.disclosure.count),
            "sha256": ordered["sha256"],
        }
    )
    labels = {"file": "File", "records": "Records", "rejected": "Not decoded", "sha256": "SHA-256"}
    built = table(
        shown,
        labels,
        key="files",
        title="Delivered files.",
        mark=material.mark,
        group="group",
        text=["sha256"],
    )
    return heading("Delivered files") + Markup('<div class="hash">{}</div>').format(built)
