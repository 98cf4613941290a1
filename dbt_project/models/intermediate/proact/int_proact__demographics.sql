with
    records as (

        select
            {{ proact_usubjid() }} as usubjid,
            demographics.*,
            {{ within_limits('age', 'age_years') }} as age_recorded,
            round(-{{ within_limits('birth_day', 'birth_day') }} / 365.25e0, 2) as age_from_birth,
            nullif(word.meaning, 'NONE') as sex_code,
            coalesce(race_caucasian, 0)
            + coalesce(race_black_african_american, 0)
            + coalesce(race_asian, 0)
            + coalesce(race_americ_indian_alaska_native, 0)
            + coalesce(race_hawaiian_pacific_islander, 0)
            + coalesce(race_other, 0) as n_race
        from {{ ref('stg_proact__demographics') }} as demographics
        left join {{ words_of('proact', 'demographics', 'Sex') }} as word on demographics.sex = word.value

    )

select
    usubjid,
    subject_id,
    cast(coalesce(age_recorded, age_from_birth) as double) as age,
    cast(
        case when age_recorded is null and age_from_birth is not null then 'Y' else 'N' end as string
    ) as age_derived_flag,
    cast(sex_code as string) as sex,
    cast(
        case
            when n_race > 1
            then 'MULTIPLE'
            when race_caucasian = 1
            then 'WHITE'
            when race_black_african_american = 1
            then 'BLACK OR AFRICAN AMERICAN'
            when race_asian = 1
            then 'ASIAN'
            when race_americ_indian_alaska_native = 1
            then 'AMERICAN INDIAN OR ALASKA NATIVE'
            when race_hawaiian_pacific_islander = 1
            then 'NATIVE HAWAIIAN OR OTHER PACIFIC ISLANDER'
            when race_other = 1 or race_other_specify is not null
            then 'OTHER'
            when race_unknown = 1
            then 'UNKNOWN'
        end as string
    ) as race,
    ethnicity,
    age as age_delivered,
    birth_day,
    age_from_birth,
    sex as sex_delivered,
    _file,
    _line
from records
