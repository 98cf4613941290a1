{{ cohort_union('subject', [
    'usubjid', 'studyid', 'subjid', 'siteid', 'country', 'age', 'age_derived_flag', 'sex', 'race',
    'arm_planned', 'arm_actual', 'index_date', 'index_date_flag', 'onset_day', 'onset_date', 'onset_date_flag',
    'diagnosis_day', 'diagnosis_date', 'diagnosis_date_flag', 'harvest_day', 'harvest_date', 'harvest_date_flag',
    'first_dose_day', 'first_dose_date', 'first_dose_date_flag', 'last_dose_day',
    'last_dose_date', 'last_dose_date_flag', 'n_dose', 'first_dose_known', 'onset_site', 'el_escorial',
    'riluzole', 'riluzole_start_day', 'edaravone', 'family_history', 'height_cm', 'screen_failure',
    'withdrawal_request', 'withdrawal_day', 'eos_status', 'eos_day', 'eos_date', 'eos_date_flag', 'discontinuation_reason',
    'cut_day', 'treatment_group_delta', '_file', '_line',
]) }}
