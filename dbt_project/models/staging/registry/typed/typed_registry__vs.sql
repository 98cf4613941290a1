{{ config(materialized='table') }} {{ registry_typed_findings('vs') }}
