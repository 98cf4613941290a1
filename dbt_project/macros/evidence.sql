{# What counts as evidence that somebody was alive, one rule for both sources. #}
{# Days after everything else from which a lone visit is not believed without being asked about. #}
{% macro lone_after_days() -%} 731 {%- endmacro %}


{# Whether a finding has a result: a form that was not filled, or of which it is not known that it was, is no evidence. #}
{% macro has_result() -%}
    {{ was_done() }} and (result_text = 'Y' or result_collected = 'Y' or result_number >= 0)
{%- endmacro %}

{# Whether an examination was made: its status does not say that it was not, nor anything that nobody knows. #}
{% macro was_done() -%}(coalesce(status, '') <> 'NOT DONE' and status_unknown is null) {%- endmacro %}


{# Whether a text is a number, as `<5`, `229,000` and `120/80` are. A negative one is a code for a missing result. #}
{% macro is_number(text) -%}
    coalesce({{ matches('trim(' ~ text ~ ')', '[<>=~+ ]*[0-9.][0-9.,/ ]*([eE][-+]?[0-9]+)?') }}, false)
{%- endmacro %}


{# Whether a text is the result of an examination: a number, or a word that only an examination gives. Of what nobody
   knows (PATIENT DECEASED, MISSED VISIT) it is not. #}
{% macro is_result(text) -%}
    (
        {{ is_number(text) }}
        or coalesce(upper(trim({{ text }})), '') in (
            'NORMAL',
            'ABNORMAL',
            'ABNORMAL, CLINICALLY SIGNIFICANT',
            'ABNORMAL, NOT CLINICALLY SIGNIFICANT',
            'ABNORMAL CS',
            'ABNORMAL NCS',
            'CLINICALLY SIGNIFICANT',
            'NOT CLINICALLY SIGNIFICANT',
            'POSITIVE',
            'NEGATIVE',
            'TRACE',
            'REACTIVE',
            'NON-REACTIVE',
            'NONREACTIVE',
            'DETECTED',
            'NOT DETECTED',
            'HIGH',
            'LOW',
            '+',
            '++',
            '+++',
            'CLEAR',
            'YELLOW',
            'SINUS RHYTHM',
            'NORMAL SINUS RHYTHM',
            'SINUS TACHYCARDIA',
            'SINUS BRADYCARDIA',
            'ATRIAL FIBRILLATION',
            '정상',
            '비정상',
            '이상',
            '이상없음',
            '이상 없음',
            '양성',
            '음성',
            '동율동'
        )
    )
{%- endmacro %}


{# Whether a finding about the disease has a result that is read: a category, a place, an answer, a date or a number. #}
{% macro finding_is_read() -%}
    (
        case
            when result_text_filled = 'Y'
            then
                coalesce(
                    nullif(result_text, 'NONE'), site_text, case when answer_text in ('Y', 'N') then 'Y' end
                )
            else
                coalesce(
                    nullif(result_collected, 'NONE'),
                    site_collected,
                    case when answer_collected in ('Y', 'N') then 'Y' end
                )
        end
        is not null
        or result_date is not null
        or {{ is_number('result_shown') }}
    )
{%- endmacro %}


{# What a subject characteristic says of survival: DEAD, ALIVE or UNKNOWN. The standard result leads; a collected one that
   says the opposite leaves it open. #}
{% macro survival_status() -%}
    case
        when {{ survival_contradicts() }}
        then null
        when result_text_filled = 'Y'
        then result_text
        else result_collected
    end
{%- endmacro %}

{% macro survival_contradicts() -%}
    coalesce(
        result_text in ('DEAD', 'ALIVE')
        and result_collected in ('DEAD', 'ALIVE')
        and result_text <> result_collected,
        false
    )
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


{# Whether an end date is one: what is said to go on, or may, has none. #}
{% macro came_to_an_end() -%}
    (
        coalesce(end_relation, 'ENDED') = 'ENDED'
        and coalesce(end_relation_to_point, 'ENDED') = 'ENDED'
        and end_relation_unknown is null
        and end_relation_to_point_unknown is null
    )
{%- endmacro %}
