{{ proact_records('elescorial', [
    ('el_escorial', 'text', 'el_escorial'),
    ('day', 'int', 'delta_days'),
]) }}
