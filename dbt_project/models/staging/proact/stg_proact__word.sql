{{ config(materialized='table') }} {{ meanings('proact') }}
