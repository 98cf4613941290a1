select
    demographics.usubjid,
    cast('PROACT' as string) as studyid,
    cast(demographics.subject_id as string) as subjid,
    cast(null as string) as siteid,
    cast('PROACT' as string) as source,
    cast(null as string) as country,
    demographics.age,
    demographics.age_derived_flag,
    demographics.sex,
    demographics.race,
    treatment.arm as arm_planned,
    treatment.arm as arm_actual,
    cast(null as date) as index_date,
    cast(history.onset_day as int) as onset_day,
    cast(null as date) as onset_date,
    cast(null as string) as onset_date_flag,
    cast(history.diagnosis_day as int) as diagnosis_day,
    cast(null as date) as diagnosis_date,
    cast(null as string) as diagnosis_date_flag,
    cast(null as int) as harvest_day,
    cast(null as date) as harvest_date,
    cast(null as int) as first_dose_day,
    cast(null as date) as first_dose_date,
    cast(null as int) as last_dose_day,
    cast(null as date) as last_dose_date,
    cast(null as int) as n_dose,
    cast(null as string) as first_dose_known,
    history.onset_site,
    el_escorial.el_escorial,
    riluzole.riluzole,
    riluzole.riluzole_start_day,
    edaravone.edaravone,
    family_history.family_history,
    height.height_cm,
    cast('N' as string) as screen_failure,
    cast(null as string) as withdrawal_request,
    cast(null as int) as withdrawal_day,
    cast(null as string) as eos_status,
    cast(null as int) as eos_day,
    cast(null as date) as eos_date,
    cast(null as string) as discontinuation_reason,
    cast(null as int) as cut_day,
    treatment.treatment_group_delta,
    demographics._file,
    demographics._line
from {{ ref('int_proact__demographics') }} as demographics
left join {{ ref('int_proact__als_history') }} as history on demographics.usubjid = history.usubjid
left join {{ ref('int_proact__treatment') }} as treatment on demographics.usubjid = treatment.usubjid
left join {{ ref('int_proact__riluzole') }} as riluzole on demographics.usubjid = riluzole.usubjid
left join {{ ref('int_proact__edaravone') }} as edaravone on demographics.usubjid = edaravone.usubjid
left join {{ ref('int_proact__el_escorial') }} as el_escorial on demographics.usubjid = el_escorial.usubjid
left join
    {{ ref('int_proact__family_history') }} as family_history on demographics.usubjid = family_history.usubjid
left join {{ ref('int_proact__height') }} as height on demographics.usubjid = height.usubjid
