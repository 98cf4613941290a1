{{ config(materialized='table') }}
{#- Nobody is younger at the data cut than the limits of age allow. -#}
{%- set youngest_born = "coalesce(extract(year from _data_cut), 2100) - " ~ limits('age_years')[0] -%}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('subjid', 'text', 'SUBJID'),
    ('siteid', 'text', 'SITEID'),
    ('country', 'term', 'COUNTRY'),
    ('age', 'double', 'AGE', limits('age_years')[0], limits('age_years')[1]),
    ('age_unit', 'fact', 'AGEU'),
    ('birth_year', 'int', 'BRTHDTC', 1900, youngest_born),
    ('sex', 'term', 'SEX'),
    ('race', 'term', 'RACE'),
    ('ethnicity', 'term', 'ETHNIC'),
    ('arm_code', 'term', 'ARMCD'),
    ('arm_planned', 'listed', 'ARM'),
    ('arm', 'fact', 'ARM'),
    ('arm_actual', 'listed', 'ACTARM'),
    ('arm_null_reason', 'term', 'ARMNRS'),
    ('reference_start_date', 'date', 'RFSTDTC'),
    ('reference_end_date', 'date', 'RFENDTC'),
    ('first_exposure_date', 'date', 'RFXSTDTC'),
    ('last_exposure_date', 'date', 'RFXENDTC'),
    ('consent_date', 'date', 'RFICDTC'),
    ('participation_end_date', 'date', 'RFPENDTC'),
    ('death_flag', 'term', 'DTHFL'),
    ('death_date', 'any_date', 'DTHDTC'),
] -%}
{{ registry_typed_records(
    'dm', columns,
    known_subject=false,
    marks=[
        ('_contradicts', records_contradict([
            'record.STUDYID', 'record.SITEID', 'record.AGE', 'record.BRTHDTC', 'record.SEX', 'record.ARM', 'record.ACTARM',
            'record.RFSTDTC', 'record.RFICDTC', 'record.DTHFL', 'record.DTHDTC',
        ], 'record.USUBJID')),
        ('_subject_record', 'row_number() over (partition by record.USUBJID order by '
            ~ n_blank(['record.SITEID', 'record.AGE', 'record.SEX', 'record.ARM', 'record.RFSTDTC', 'record.RFICDTC',
                'record.DTHFL', 'record.DTHDTC', 'record.BRTHDTC']) ~ ', '
            ~ hash_key(['record.SUBJID', 'record.COUNTRY', 'record.RACE', 'record.ETHNIC']) ~ ', record._file, record._line)'),
    ],
    rejections=[
        ('studyid is null', 'STUDYID', 'study_missing', 'the record names no study'),
        ('_contradicts', 'USUBJID', 'subjects_collide', 'several records that contradict each other carry this USUBJID; none is used'),
        ('_subject_record > 1', 'USUBJID', 'record_repeated', 'the subject has another record, as full or fuller, that contradicts it in nothing'),
    ],
) }}
