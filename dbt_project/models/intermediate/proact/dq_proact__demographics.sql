{% set demographics = ref('int_proact__demographics') %}
{% set duplicates %}(
        select {{ proact_usubjid() }} as usubjid, _file, _line
        from {{ ref('typed_proact__demographics') }}
        where _reject_rule = 'duplicate_subject'
    ) as duplicates{% endset %}
{% set colliding %}(
        select {{ proact_usubjid() }} as usubjid, _file, _line
        from {{ ref('typed_proact__demographics') }}
        where _reject_rule = 'subjects_collide'
    ) as colliding{% endset %}
{{ data_queries_of('PROACT', [
    finding(duplicates, 'true', 'demographics', 'subject_id', 'duplicate_subject',
        "'more than one record'", "'one record'"),
    finding(colliding, 'true', 'demographics', 'subject_id', 'subjects_collide',
        "'records that contradict each other'", "'one record a subject; none is used until then'"),
    finding(demographics, outside_limits('age_delivered', 'age_years'), 'demographics', 'Age', 'age_out_of_range',
        number_text('age_delivered'), limits_text('age_years')),
    finding(demographics, outside_limits('birth_day', 'birth_day'), 'demographics', 'Date_of_Birth',
        'birth_day_out_of_range', 'cast(birth_day as string)', limits_text('birth_day')),
    finding(demographics, 'abs(age_delivered - age_from_birth) > 1.5', 'demographics', 'Age',
        'age_differs_from_birth_day', number_text('age_delivered'), number_text('age_from_birth')),
    finding(demographics, 'age is null', 'demographics', 'Age', 'age_missing', 'null', "'age, or day of birth'"),
    finding(demographics, 'sex is null', 'demographics', 'Sex', 'sex_missing_or_unknown', shown('sex_delivered'),
        "'Male or Female'"),
]) }}
