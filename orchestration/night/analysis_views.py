"""The views of a release, as the dbt project declares them among its analyses."""

from collections.abc import Mapping
from typing import Any

from orchestration.releases.views import View


def analysis_views(manifest: Mapping[str, Any]) -> tuple[View, ...]:
    """Every analysis of the project, by its `manifest.json`, in the order of their names."""
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] == "analysis"]
    return tuple(_view(node) for node in sorted(nodes, key=lambda node: node["name"]))


def _view(node: Mapping[str, Any]) -> View:
    meanings = {column["name"]: column["description"] for column in node["columns"].values()}
    return View(
        node["name"], node["description"], meanings, tuple(node["config"]["meta"]["like"]), node["raw_code"]
    )
