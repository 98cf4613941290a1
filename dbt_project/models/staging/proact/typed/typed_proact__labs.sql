{{ proact_records('labs', [
    ('test_name', 'text', 'Test_Name'),
    ('test_result', 'text', 'Test_Result'),
    ('test_unit', 'text', 'Test_Unit'),
    ('day', 'int', 'Laboratory_Delta'),
]) }}
