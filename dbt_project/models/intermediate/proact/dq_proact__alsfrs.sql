{% set records = ref('int_proact__questionnaire') %}
{% set shared = alsfrs_shared_items() %}
{% set plain = shared[:4] + shared[5:] + alsfrs_original_items() + alsfrs_revised_items() %}
{% set cells = plain + [
    ('', 'q5a_cutting', 'Q5a_Cutting_without_Gastrostomy', ''), ('', 'q5b_cutting', 'Q5b_Cutting_with_Gastrostomy', ''),
] %}
{% set several %}(
        select
            usubjid,
            day,
            min(coalesce(alsfrsr, alsfrs)) as lowest,
            max(coalesce(alsfrsr, alsfrs)) as highest,
            min(_file) as _file,
            min(_line) as _line
        from {{ records }}
        where day is not null
        group by usubjid, day, case when has_revised_items = 'Y' then 1 else 0 end
    ) as several{% endset %}
{% set findings = [
    finding(records, 'q5a_cutting is not null and q5b_cutting is not null', 'alsfrs', 'Q5b_Cutting_with_Gastrostomy',
        'q5_answered_twice',
        "'Q5a ' || " ~ number_text('q5a_cutting') ~ " || ', Q5b ' || " ~ found_on_day('q5b_cutting', 'day_delivered'),
        "'one of Q5a and Q5b; the one that the delivered total counts is used, else neither'"),
    finding(records, 'q5a_cutting is null and q5b_cutting is null and alsfrsr_answered >= 8', 'alsfrs', 'Q5a_Cutting_without_Gastrostomy',
        'q5_not_answered', "'blank on day ' || coalesce(cast(day_delivered as string), 'unknown')",
        "'Q5a, or Q5b after gastrostomy'"),
    finding(records, 'alsfrsr_sum <> alsfrsr_delivered', 'alsfrs', 'ALSFRS_R_Total', 'total_differs_from_items',
        found_on_day('alsfrsr_delivered', 'day_delivered'), number_text('alsfrsr_sum')),
    finding(records, 'alsfrs_sum <> alsfrs_delivered', 'alsfrs', 'ALSFRS_Total', 'total_differs_from_items',
        found_on_day('alsfrs_delivered', 'day_delivered'), number_text('alsfrs_sum')),
    finding(records, 'alsfrsr_sum is null and alsfrsr_delivered is not null and alsfrsr_possible is null', 'alsfrs',
        'ALSFRS_R_Total', 'total_impossible', found_on_day('alsfrsr_delivered', 'day_delivered'),
        "'0 to 48, and reachable with the items answered'"),
    finding(records, 'alsfrs_sum is null and alsfrs_delivered is not null and alsfrs_possible is null', 'alsfrs',
        'ALSFRS_Total', 'total_impossible', found_on_day('alsfrs_delivered', 'day_delivered'),
        "'0 to 40, and reachable with the items answered'"),
    finding(several, 'lowest <> highest', 'alsfrs', 'ALSFRS_Delta', 'questionnaires_of_a_day_differ',
        number_text('lowest') ~ " || ' and ' || " ~ found_on_day('highest'),
        "'one questionnaire a day; the fullest, then the lowest is used'"),
] %}
{% for paramcd, column, delivered, label in cells %}
    {% do findings.append(finding(
        records, column ~ '_delivered is not null and ' ~ column ~ ' is null', 'alsfrs', delivered, 'item_off_scale',
        found_on_day(column ~ '_delivered', 'day_delivered'), "'0 to 4, whole or half'")) %}
{% endfor %}
{{ data_queries_of('PROACT', findings) }}
