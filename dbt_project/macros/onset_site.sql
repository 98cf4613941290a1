{# One site of onset out of several records: bulbar in one and limb in another is both; a named site outranks OTHER. #}
{% macro combined_onset_site(col) -%}
    case
        when max(case when {{ col }} = 'BOTH' then 1 else 0 end) = 1
        then 'BOTH'
        when
            max(case when {{ col }} = 'BULBAR' then 1 else 0 end) = 1
            and max(case when {{ col }} = 'LIMB' then 1 else 0 end) = 1
        then 'BOTH'
        when max(case when {{ col }} = 'BULBAR' then 1 else 0 end) = 1
        then 'BULBAR'
        when max(case when {{ col }} = 'LIMB' then 1 else 0 end) = 1
        then 'LIMB'
        when max(case when {{ col }} = 'RESPIRATORY' then 1 else 0 end) = 1
        then 'RESPIRATORY'
        when max(case when {{ col }} = 'OTHER' then 1 else 0 end) = 1
        then 'OTHER'
    end
{%- endmacro %}
