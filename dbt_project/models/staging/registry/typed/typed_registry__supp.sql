{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('parent_domain', 'code', 'RDOMAIN'),
    ('usubjid', 'text', 'USUBJID'),
    ('id_variable', 'code', 'IDVAR'),
    ('id_value', 'text', 'IDVARVAL'),
    ('qualifier', 'code', 'QNAM'),
    ('qualifier_value', 'text', 'QVAL'),
    ('origin', 'text', 'QORIG'),
] -%}
{{ registry_typed_records('supp', columns) }}
