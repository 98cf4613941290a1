"""The dbt project as Dagster sees it: how its models are named, grouped and owned, and its tests named and described."""

from collections.abc import Mapping
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from orchestration.night.check_words import meaning, shown_name

PER_EXPORT, PER_CUT = "per_export", "per_cut"
"""Tags of the project: what is made of a PRO-ACT export alone, and what is made of each data cut."""


def is_of_cut(props: Mapping[str, Any]) -> bool:
    """Whether a source, seed or model is made of each data cut."""
    if props["resource_type"] == "source":
        return not of_export(props["identifier"])
    return PER_CUT in props["tags"]


def of_export(raw_table: str) -> bool:
    """Whether a table of schema `raw` is registered with an export."""
    return raw_table.startswith("proact_") or raw_table == "site_term"


def shown_manifest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with the tests under short names, each with its meaning: those of the asset checks.

    dagster-dbt names a check by the test's name when it defines it and when its result comes in, and asks no translator.
    A test that reads several tables would be no check at all.
    What is told to dbt goes by `fqn`, which stays; so do the names in released tables, which are read from dbt's own file.
    """
    parents = {name: sorted(manifest["parent_map"][name]) for name in sorted(manifest["parent_map"])}
    place = {name: number for number, name in enumerate(TopologicalSorter(parents).static_order())}
    nodes = {
        unique_id: _shown_test(node, place) if node["resource_type"] == "test" else node
        for unique_id, node in manifest["nodes"].items()
    }
    return {**manifest, "nodes": nodes}


def _shown_test(node: Mapping[str, Any], place: Mapping[str, int]) -> dict[str, Any]:
    """A test that reads several tables is a check of the one that is made last: nothing holds before it is there."""
    last = max(node["depends_on"]["nodes"], key=place.__getitem__, default=None)
    return {
        **node,
        "name": shown_name(node),
        "meta": {**node.get("meta", {}), "description": meaning(node)},
        "attached_node": node.get("attached_node") or last,
    }


class VigilTranslator(DagsterDbtTranslator):
    """Asset keys are `schema/table`; groups are the layers of the project, staging and intermediate split by source."""

    def __init__(self) -> None:
        """Tests become asset checks; those on sources too."""
        super().__init__(
            DagsterDbtTranslatorSettings(enable_asset_checks=True, enable_source_tests_as_checks=True)
        )

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`raw/proact_alsfrs` for a source, `marts/adsl` for a model."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey(["raw", dbt_resource_props["identifier"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """`staging_proact`, `staging_registry`, `intermediate`, `marts`, `quality`, `term_maps` for seeds."""
        if dbt_resource_props["resource_type"] == "seed":
            return "term_maps"
        _, layer, *rest = dbt_resource_props["fqn"]
        return f"staging_{rest[0]}" if layer == "staging" and len(rest) > 1 else layer

    def get_partition_mapping(
        self, dbt_resource_props: Mapping[str, Any], dbt_parent_resource_props: Mapping[str, Any]
    ) -> dg.PartitionMapping | None:
        """A data cut reads what is made of an export, whichever it is pinned to."""
        crosses = PER_CUT in dbt_resource_props["tags"] and not is_of_cut(dbt_parent_resource_props)
        return dg.AllPartitionMapping() if crosses else None

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Everything between landing and marts belongs to data management."""
        return ["team:data-management"]
