-- Visits that cannot be placed: the day is blank, or years outside any trial. They count in no time course.
{% set visits = [
    ('alsfrs', ref('int_proact__questionnaire'), 'ALSFRS_Delta', 'true'),
    ('fvc', ref('int_proact__vital_capacity_record'), 'Forced_Vital_Capacity_Delta', "test = 'FVC'"),
    ('svc', ref('int_proact__vital_capacity_record'), 'Slow_vital_Capacity_Delta', "test = 'SVC'"),
    ('vitalsigns', ref('int_proact__vital_sign_record'), 'Vital_Signs_Delta', 'true'),
] %}
{% set findings = [] %}
{% for table, relation, column, condition in visits %}
    {% do findings.append(finding(
        relation, condition ~ ' and day_delivered is null', table, column, 'day_missing',
        'null', "'the day of the visit'")) %}
    {% do findings.append(finding(
        relation, condition ~ ' and ' ~ outside_limits('day_delivered', 'visit_day'), table, column,
        'day_out_of_range', 'cast(day_delivered as string)', limits_text('visit_day'))) %}
{% endfor %}
{% set contacts %}(
        select *, 'day ' || cast(day as string) || ' after day ' || cast(previous_day as string) as found
        from {{ ref('int_proact__visit') }}
    ) as contacts{% endset %}
{% for table in ['alsfrs', 'fvc', 'svc', 'vitalsigns', 'handgripstrength', 'musclestrength', 'labs', 'neurofilament', 'adverseevents', 'conmeds'] %}
    {% do findings.append(finding(
        contacts, "is_lone = 'Y' and src_table = '" ~ table ~ "'", table, 'day', 'lone_visit', 'found',
        "'a day within two years of the one before; not used as the last day alive'")) %}
{% endfor %}
{{ data_queries_of('PROACT', findings) }}
