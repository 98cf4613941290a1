{{ proact_records('svc', [
    ('litres_trial_1', 'double', 'Subject_Liters_Trial_1'),
    ('pct_trial_1', 'double', 'pct_of_Normal_Trial_1'),
    ('litres_trial_2', 'double', 'Subject_Liters__Trial_2_'),
    ('pct_trial_2', 'double', 'pct_of_Normal_Trial_2'),
    ('litres_trial_3', 'double', 'Subject_Liters__Trial_3_'),
    ('pct_trial_3', 'double', 'pct_of_Normal_Trial_3'),
    ('subject_normal', 'double', 'Subject_Normal'),
    ('day', 'int', 'Slow_vital_Capacity_Delta'),
    ('units', 'text', 'Slow_Vital_Capacity_Units'),
]) }}
