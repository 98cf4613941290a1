"""The dbt project as Dagster sees it: how its models are named, grouped and owned."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings


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

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Everything between landing and marts belongs to data management."""
        return ["team:data-management"]
