-- Every delivered DEMOGRAPHICS record. Of several records of one subject (ids that differ only by
-- leading zeros included) the fullest is kept, ties broken by content; the others are rejected. Where they
-- contradict
-- each other none is used, as in the registry: nobody knows whose the rest of the records are.
{{ config(materialized='table') }}
{{ typed_records(
    source('proact', 'demographics'),
    [
        ('subject_id', 'int', 'subject_id'),
        ('day', 'int', 'Demographics_Delta'),
        ('age', 'double', 'Age'),
        ('birth_day', 'int', 'Date_of_Birth'),
        ('ethnicity', 'text', 'Ethnicity'),
        ('race_americ_indian_alaska_native', 'int', 'Race_Americ_Indian_Alaska_Native'),
        ('race_asian', 'int', 'Race_Asian'),
        ('race_black_african_american', 'int', 'Race_Black_African_American'),
        ('race_hawaiian_pacific_islander', 'int', 'Race_Hawaiian_Pacific_Islander'),
        ('race_unknown', 'int', 'Race_Unknown'),
        ('race_caucasian', 'int', 'Race_Caucasian'),
        ('race_other', 'int', 'Race_Other'),
        ('race_other_specify', 'text', 'Race_Other_Specify'),
        ('sex', 'text', 'Sex'),
    ],
    proact_key_rules() + [
        ('_contradicts', 'subject_id', 'subjects_collide', 'several DEMOGRAPHICS records that contradict each other carry this number; none is used'),
        ('_copy > 1', 'subject_id', 'duplicate_subject', 'another DEMOGRAPHICS record of this subject was kept'),
    ],
    unique_by=['subject_id'],
    agree_on=['age', 'birth_day', 'sex'],
) }}
