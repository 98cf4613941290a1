{{ proact_records('musclestrength', [
    ('test_name', 'text', 'Test_Name'),
    ('test_category', 'text', 'Test_Category'),
    ('test_location', 'text', 'Test_Location'),
    ('test_laterality', 'text', 'Test_Laterality'),
    ('day', 'int', 'MS_Delta'),
    ('test_trial', 'int', 'Test_trial'),
    ('test_result', 'double', 'Test_Result'),
    ('test_unit', 'text', 'Test_Unit'),
    ('test_break', 'text', 'Test_Break'),
]) }}
