{{ config(materialized='table') }} {{ meanings('registry') }}
