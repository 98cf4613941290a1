{{ proact_records('treatment', [
    ('study_arm', 'text', 'Study_Arm'),
    ('day', 'int', 'Treatment_Group_Delta'),
]) }}
