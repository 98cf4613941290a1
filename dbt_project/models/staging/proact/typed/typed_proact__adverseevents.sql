{{ proact_records('adverseevents', [
    ('lowest_level_term', 'text', 'Lowest_Level_Term'),
    ('preferred_term', 'text', 'Preferred_Term'),
    ('high_level_term', 'text', 'High_Level_Term'),
    ('high_level_group_term', 'text', 'High_Level_Group_Term'),
    ('system_organ_class', 'text', 'System_Organ_Class'),
    ('soc_abbreviation', 'text', 'SOC_Abbreviation'),
    ('soc_code', 'text', 'SOC_Code'),
    ('severity', 'text', 'Severity'),
    ('outcome', 'text', 'Outcome'),
    ('start_day', 'int', 'Start_Date_Delta'),
    ('end_day', 'int', 'End_Date_Delta'),
]) }}
