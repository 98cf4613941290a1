{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('parent_domain', 'unread', 'RDOMAIN'),
    ('usubjid', 'text', 'USUBJID'),
    ('id_variable', 'unread', 'IDVAR'),
    ('id_value', 'unread', 'IDVARVAL'),
    ('qualifier', 'unread', 'QNAM'),
    ('qualifier_value', 'filled', 'QVAL'),
    ('origin', 'unread', 'QORIG'),
] -%}
{{ registry_typed_records('supp', columns) }}
