{# The items of the questionnaires by analysis parameter. Q1 to Q9 belong to both scales; Q10 to the original
   ALSFRS only, R1 to R3 to the revised one only. #}
{% macro alsfrs_shared_items() -%}
    {{ return([
        ('ALSQ01', 'q1_speech', 'Q1_Speech', 'Speech'),
        ('ALSQ02', 'q2_salivation', 'Q2_Salivation', 'Salivation'),
        ('ALSQ03', 'q3_swallowing', 'Q3_Swallowing', 'Swallowing'),
        ('ALSQ04', 'q4_handwriting', 'Q4_Handwriting', 'Handwriting'),
        ('ALSQ05', 'q5_cutting', 'Q5a_Cutting_without_Gastrostomy', 'Cutting food'),
        ('ALSQ06', 'q6_dressing', 'Q6_Dressing_and_Hygiene', 'Dressing and hygiene'),
        ('ALSQ07', 'q7_turning', 'Q7_Turning_in_Bed', 'Turning in bed'),
        ('ALSQ08', 'q8_walking', 'Q8_Walking', 'Walking'),
        ('ALSQ09', 'q9_stairs', 'Q9_Climbing_Stairs', 'Climbing stairs'),
    ]) }}
{%- endmacro %}

{% macro alsfrs_original_items() -%}
    {{ return([('ALSQ10', 'q10_respiratory', 'Q10_Respiratory', 'Respiratory (original ALSFRS)')]) }}
{%- endmacro %}

{% macro alsfrs_revised_items() -%}
    {{ return([
        ('ALSR1', 'r1_dyspnea', 'R_1_Dyspnea', 'Dyspnea'),
        ('ALSR2', 'r2_orthopnea', 'R_2_Orthopnea', 'Orthopnea'),
        ('ALSR3', 'r3_insufficiency', 'R_3_Respiratory_Insufficiency', 'Respiratory insufficiency'),
    ]) }}
{%- endmacro %}


{# The items' analysis parameters, as the list of a condition. #}
{% macro item_codes(items) -%}
    {% for item in items %} '{{ item[0] }}'{{ ', ' if not loop.last }}{% endfor %}
{%- endmacro %}


{# A score of the scale: 0 to 4, whole or half. Anything else is no answer. #}
{% macro item_score(col) -%}
    (case when {{ col }} between 0 and 4 and {{ col }} * 2 = floor({{ col }} * 2) then {{ col }} end)
{%- endmacro %}


{# Sum of the items, null when one is missing; and the same of those present, with their number. #}
{% macro items_sum(items) -%}
    {% for item in items %} {{ item[1] }}{{ ' + ' if not loop.last }}{% endfor %}
{%- endmacro %}

{# The items without cutting food, which has two questions. #}
{% macro items_but_fifth(items) -%}
    {{ return(items | rejectattr(0, 'equalto', 'ALSQ05') | list) }}
{%- endmacro %}

{% macro items_sum_present(items) -%}
    {% for item in items %} coalesce({{ item[1] }}, 0){{ ' + ' if not loop.last }}{% endfor %}
{%- endmacro %}

{% macro items_answered(items) -%}
    {% for item in items %}
        case when {{ item[1] }} is null then 0 else 1 end{{ ' + ' if not loop.last }}
    {% endfor %}
{%- endmacro %}


{# The parameter of a questionnaire's record. The code is read by the conventions of the layout, the test by its words;
   the words count only inside a questionnaire that is the ALSFRS or ALSFRS-R by its category, since SPEECH and WALKING
   stand in others. A plain TOTAL is the total of that questionnaire. Where either says that it is none of the items (a
   subscore), or both are known and differ, the record is none. #}
{% macro als_parameter(questionnaire, category, code, name) -%}
    case
        when {{ category }} is not null and coalesce({{ questionnaire }}.meaning, 'NONE') = 'NONE'
        then null
        when {{ code }}.meaning = 'NONE' or ({{ category }} is not null and {{ name }}.meaning = 'NONE')
        then null
        when {{ category }} is null
        then nullif({{ code }}.meaning, 'TOTAL')
        when {{ als_total(questionnaire, code) }} <> {{ als_total(questionnaire, name) }}
        then null
        else coalesce({{ als_total(questionnaire, code) }}, {{ als_total(questionnaire, name) }})
    end
{%- endmacro %}

{% macro als_total(questionnaire, word) -%}
    case
        when {{ word }}.meaning <> 'TOTAL' or {{ word }}.meaning is null
        then {{ word }}.meaning
        when {{ questionnaire }}.meaning = 'ALSFRS-R'
        then 'ALSFRSR'
        when {{ questionnaire }}.meaning = 'ALSFRS'
        then 'ALSFRS'
    end
{%- endmacro %}
