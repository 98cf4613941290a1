{{ proact_records('riluzole', [
    ('used_riluzole', 'text', 'Subject_used_Riluzole'),
    ('day', 'int', 'Riluzole_use_Delta'),
]) }}
