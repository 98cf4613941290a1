{{ proact_records('handgripstrength', [
    ('test_name', 'text', 'Test_Name'),
    ('test_category', 'text', 'Test_Category'),
    ('test_location', 'text', 'Test_Location'),
    ('test_laterality', 'text', 'Test_Laterality'),
    ('day', 'int', 'MS_Delta'),
    ('test_trial', 'int', 'Test_trial'),
    ('test_result', 'double', 'Test_Result'),
    ('test_unit', 'text', 'Test_Unit'),
    ('test_setting', 'text', 'Test_Setting'),
    ('dominanthand', 'text', 'DominantHand'),
]) }}
