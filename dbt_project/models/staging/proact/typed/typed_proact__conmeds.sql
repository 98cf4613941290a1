{{ proact_records('conmeds', [
    ('medication_coded', 'text', 'Medication_Coded'),
    ('start_day', 'int', 'Start_Delta'),
    ('stop_day', 'int', 'Stop_Delta'),
    ('dose', 'text', 'Dose'),
    ('unit', 'text', 'Unit'),
    ('frequency', 'text', 'Frequency'),
    ('route', 'text', 'Route'),
]) }}
