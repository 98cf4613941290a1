{{ proact_records('neurofilament', [
    ('analyte', 'text', 'Analyte'),
    ('matrix', 'text', 'Matrix'),
    ('result', 'text', 'Result'),
    ('unit', 'text', 'Unit'),
    ('day', 'int', 'Collection_Delta'),
]) }}
