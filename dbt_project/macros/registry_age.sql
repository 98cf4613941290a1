{# Age in years at the index: as delivered in years, else by the year of birth. An age in another unit is not known. #}
{% macro registry_age(dm, index_date) -%}
    case
        when {{ dm }}.age_unit_filled = 'Y' and coalesce({{ dm }}.age_unit, 'NONE') <> 'YEARS'
        then null
        else coalesce({{ dm }}.age, cast(extract(year from {{ index_date }}) - {{ dm }}.birth_year as double))
    end
{%- endmacro %}
