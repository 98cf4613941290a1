{{ proact_records('deathdata', [
    ('subject_died', 'text', 'Subject_Died'),
    ('death_day', 'double', 'Death_Days'),
]) }}
