{{ config(materialized='view') }}
{#- table, staged column, delivered column -#}
{%- set words = [
    ('demographics', 'sex', 'Sex'), ('alshistory', 'site_of_onset', 'Site_of_Onset'),
    ('alshistory', 'onset_other_specify', 'Site_of_Onset___Other_Specify'), ('treatment', 'study_arm', 'Study_Arm'),
    ('deathdata', 'subject_died', 'Subject_Died'), ('riluzole', 'used_riluzole', 'Subject_used_Riluzole'),
    ('elescorial', 'el_escorial', 'el_escorial'), ('conmeds', 'medication_coded', 'Medication_Coded'),
    ('adverseevents', 'severity', 'Severity'), ('adverseevents', 'outcome', 'Outcome'),
    ('familyhistory', 'family_hx_of_neuro_disease', 'Family_Hx_of_Neuro_Disease'),
    ('familyhistory', 'neurological_disease', 'Neurological_Disease'),
    ('familyhistory', 'family_hx_of_als_mutation', 'Family_Hx_of_ALS_Mutation'),
    ('fvc', 'units', 'Forced_Vital_Capacity_Units'), ('svc', 'units', 'Slow_Vital_Capacity_Units'),
    ('vitalsigns', 'height_units', 'Height_Units'), ('vitalsigns', 'weight_units', 'Weight_Units'),
    ('vitalsigns', 'temperature_units', 'Temperature_Units'), ('vitalsigns', 'pulse_units', 'Pulse_Units'),
    ('vitalsigns', 'respiratory_rate_units', 'Respiratory_Rate_Units'),
    ('vitalsigns', 'blood_pressure_systolic_units', 'Blood_Pressure_Systolic_Units'),
    ('vitalsigns', 'blood_pressure_diastolic_units', 'Blood_Pressure_Diastolic_Units'),
] -%}
{% for table, name, variable in words %}
    select
        {{ proact_usubjid('record.subject_id') }} as usubjid,
        cast('{{ table }}' as string) as table_name,
        cast('{{ variable }}' as string) as column_name,
        word.normalised as word,
        record._file,
        record._line
    from {{ ref('stg_proact__' ~ table) }} as record
    inner join {{ words_of('proact', table, variable) }} as word on record.{{ name }} = word.value
    where word.is_known = 'N'
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
