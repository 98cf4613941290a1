{# What counts as evidence that somebody was alive, one rule for both sources. #}
{# Days after everything else from which a lone visit is not believed without being asked about. #}
{% macro lone_after_days() -%} 731 {%- endmacro %}


{# Whether a finding has a result: a form that was not filled, or says that nothing was done, is no evidence. #}
{% macro has_result() -%}
    coalesce(status, '') <> 'NOT DONE'
    and (result_text = 'Y' or result_collected = 'Y' or result_number is not null)
{%- endmacro %}


{# Whether a text says something. #}
{% macro is_filled(text) -%}
    coalesce(nullif(upper(trim({{ text }})), ''), 'ND') not in (
        'ND',
        'NOT DONE',
        'NA',
        'N/A',
        'NK',
        'UN',
        'UNK',
        'UNKNOWN',
        'NOT EVALUABLE',
        '-',
        '.',
        '미실시',
        '미시행',
        '해당없음'
    )
{%- endmacro %}


{# What a relation to a reference says of an end: ONGOING, ENDED, or null where it says nothing. #}
{% macro goes_on(text) -%}
    case
        when
            upper(trim({{ text }}))
            in ('ONGOING', 'CONTINUING', 'AFTER', 'DURING/AFTER', 'U', 'UNKNOWN', '진행중', '진행 중', '지속')
        then 'ONGOING'
        when {{ text }} is not null
        then 'ENDED'
    end
{%- endmacro %}


{# Whether an end date is one: what is said to go on has none. #}
{% macro came_to_an_end() -%}
    coalesce(end_relation, end_relation_to_point, 'ENDED') <> 'ONGOING'
{%- endmacro %}
