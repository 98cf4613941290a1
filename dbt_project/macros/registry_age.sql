{# Age in years at the index: as delivered in years, else by the year of birth. An age in another unit, or a derived one
   outside the limits, is not known. #}
{% macro registry_age(dm, index_date) -%}
    case
        when {{ dm }}.age_unit_filled = 'Y' and coalesce({{ dm }}.age_unit, 'NONE') <> 'YEARS'
        then null
        else
            coalesce(
                {{ dm }}.age,
                {{ within_limits('cast(extract(year from ' ~ index_date ~ ') - ' ~ dm ~ '.birth_year as double)', 'age_years') }}
            )
    end
{%- endmacro %}
