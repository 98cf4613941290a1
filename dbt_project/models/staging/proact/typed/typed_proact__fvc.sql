{{ proact_records('fvc', [
    ('litres_trial_1', 'double', 'Subject_Liters_Trial_1'),
    ('pct_trial_1', 'double', 'pct_of_Normal_Trial_1'),
    ('litres_trial_2', 'double', 'Subject_Liters_Trial_2'),
    ('pct_trial_2', 'double', 'pct_of_Normal_Trial_2'),
    ('litres_trial_3', 'double', 'Subject_Liters_Trial_3'),
    ('pct_trial_3', 'double', 'pct_of_Normal_Trial_3'),
    ('day', 'int', 'Forced_Vital_Capacity_Delta'),
    ('subject_normal', 'double', 'subject_normal'),
    ('units', 'text', 'Forced_Vital_Capacity_Units'),
]) }}
