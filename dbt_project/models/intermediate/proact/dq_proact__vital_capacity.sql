{% set records = ref('int_proact__vital_capacity_record') %}
{% set delivered = {
    'fvc': ['Subject_Liters_Trial_1', 'Subject_Liters_Trial_2', 'Subject_Liters_Trial_3',
        'subject_normal', 'Forced_Vital_Capacity_Units'],
    'svc': ['Subject_Liters_Trial_1', 'Subject_Liters__Trial_2_', 'Subject_Liters__Trial_3_',
        'Subject_Normal', 'Slow_Vital_Capacity_Units'],
} %}
{% set findings = [] %}
{% for table, columns in delivered.items() %}
    {% set here = "src_table = '" ~ table ~ "' and " %}
    {% for trial in ['1', '2', '3'] %}
        {% set litres = 'litres_trial_' ~ trial %}
        {% set percent = 'pct_trial_' ~ trial %}
        {% do findings.append(finding(
            records, here ~ litres ~ ' is not null and litres_per_unit is not null and litres_' ~ trial ~ ' is null',
            table, columns[loop.index0], 'litres_impossible', found_on_day(litres, 'day_delivered'),
            "case when " ~ litres ~ " between 15 and 200 then '0.1 to 9 litres; looks like percent of normal'"
            ~ " when " ~ litres ~ " between 500 and 9000 then '0.1 to 9 litres; looks like millilitres'"
            ~ " else '0.1 to 9 litres' end")) %}
        {% do findings.append(finding(
            records, here ~ outside_limits(percent, 'vital_capacity_pct'), table, 'pct_of_Normal_Trial_' ~ trial,
            'percent_impossible', found_on_day(percent, 'day_delivered'), limits_text('vital_capacity_pct'))) %}
    {% endfor %}
    {% do findings.append(finding(
        records, here ~ outside_limits('subject_normal', 'normal_litres'), table, columns[3],
        'normal_value_impossible', found_on_day('subject_normal', 'day_delivered'), limits_text('normal_litres'))) %}
    {% do findings.append(finding(
        records, here ~ 'units is not null and litres_per_unit is null', table, columns[4],
        'unit_not_a_volume', shown('units'), "'litres or millilitres'")) %}
{% endfor %}
{{ data_queries_of('PROACT', findings) }}
