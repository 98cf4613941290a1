-- One value of a day for every parameter by the rules of PRO-ACT, and what is derived from them. Of several
-- values of a
-- day the best vital capacity counts, the lowest score, else the lower median; one whose date is complete
-- comes first.
with
    valued as (

        select usubjid, paramcd, day, date, date_flag, value, src_table, _file, _line
        from {{ ref('int_registry__finding') }}
        where value is not null and paramcd <> 'WEIGHT'
        union all
        select usubjid, 'WEIGHT', day, date, date_flag, weight_kg, src_table, _file, _line
        from {{ ref('int_registry__weight') }}
        where weight_kg is not null

    ),

    ranked as (

        select
            *,
            row_number() over (
                partition by usubjid, paramcd, date, date_flag order by value nulls last, _file, _line
            ) as rank_in_day,
            count(*) over (partition by usubjid, paramcd, date, date_flag) as n_in_day,
            min(coalesce(date_flag, '')) over (partition by usubjid, paramcd, date) as surest_flag
        from valued

    ),

    one_a_day as (

        select usubjid, paramcd, day, date, date_flag, value, src_table, _file, _line
        from ranked
        where
            coalesce(date_flag, '') = surest_flag
            and rank_in_day = case
                when paramcd in ('FVCL', 'FVCPP', 'SVCL', 'SVCPP')
                then n_in_day
                when paramcd like 'ALS%'
                then 1
                else floor((n_in_day + 1) / 2)
            end

    ),

    -- The twelve items of the ALSFRS-R on a day: speech to climbing stairs and R1 to R3.
    item_sum as (

        select
            usubjid,
            day,
            date,
            date_flag,
            count(*) as n_item,
            {{ stable_sum('value') }} as value,
            min(src_table) as src_table,
            min(_file) as _file,
            min(_line) as _line
        from one_a_day
        where paramcd in ({{ item_codes(alsfrs_shared_items() + alsfrs_revised_items()) }})
        group by usubjid, day, date, date_flag

    ),

    -- The items outrank a delivered total, which counts where they are not all there and leave it possible.
    total as (

        select delivered.*
        from one_a_day as delivered
        left join item_sum on delivered.usubjid = item_sum.usubjid and delivered.date = item_sum.date
        where
            delivered.paramcd = 'ALSFRSR'
            and (
                item_sum.usubjid is null
                or (
                    item_sum.n_item < 12
                    and delivered.value between item_sum.value and item_sum.value + 4 * (12 - item_sum.n_item)
                )
            )

    ),

    subject as (

        select
            timeline.usubjid, dm.sex, {{ registry_age('dm', 'timeline.index_date') }} as age, height.height_cm
        from {{ ref('int_registry__timeline') }} as timeline
        inner join {{ ref('stg_registry__dm') }} as dm on timeline.pseudonym = dm.usubjid
        left join {{ ref('int_registry__height') }} as height on timeline.usubjid = height.usubjid

    ),

    -- Slow vital capacity uses the same equation.
    predicted as (

        select
            litres.usubjid,
            substring(litres.paramcd, 1, 3) || 'PP' as paramcd,
            litres.day,
            litres.date,
            litres.date_flag,
            100
            * litres.value
            / {{ predicted_fvc_litres(
            'subject.sex', 'subject.height_cm', '(subject.age + litres.day / 365.25e0)'
        ) }} as value,
            litres.src_table,
            litres._file,
            litres._line
        from one_a_day as litres
        inner join subject on litres.usubjid = subject.usubjid
        left join
            one_a_day as percent
            on litres.usubjid = percent.usubjid
            and litres.day = percent.day
            and substring(litres.paramcd, 1, 3) || 'PP' = percent.paramcd
        where litres.paramcd in ('FVCL', 'SVCL') and percent.usubjid is null

    ),

    body_mass as (

        select
            weight.usubjid,
            cast('BMI' as string) as paramcd,
            weight.day,
            weight.date,
            weight.date_flag,
            {{ body_mass_index('weight.value', 'subject.height_cm') }} as value,
            weight.src_table,
            weight._file,
            weight._line
        from one_a_day as weight
        inner join subject on weight.usubjid = subject.usubjid
        left join
            one_a_day as delivered
            on weight.usubjid = delivered.usubjid
            and weight.day = delivered.day
            and delivered.paramcd = 'BMI'
        where weight.paramcd = 'WEIGHT' and subject.height_cm is not null and delivered.usubjid is null

    ),

    every as (

        select *, cast('N' as string) as derived_flag, cast(null as string) as derivation
        from one_a_day
        where paramcd <> 'ALSFRSR'
        union all
        select *, 'N', null
        from total
        union all
        select
            usubjid,
            'ALSFRSR',
            day,
            date,
            date_flag,
            value,
            src_table,
            _file,
            _line,
            'Y',
            'sum of the twelve item scores of the day'
        from item_sum
        where n_item = 12
        union all
        select *, 'Y', 'litres over predicted FVC, ECSC (Quanjer 1993)'
        from predicted
        where {{ within_limits('value', 'vital_capacity_pct') }} is not null
        union all
        select *, 'Y', 'weight over the square of the median height'
        from body_mass

    )

select
    every.usubjid,
    every.paramcd,
    parameter.param,
    every.day,
    every.date,
    every.date_flag,
    every.value,
    parameter.unit,
    every.derived_flag,
    every.derivation,
    every.src_table,
    every._file,
    every._line
from every
inner join {{ ref('registry_parameter') }} as parameter on every.paramcd = parameter.paramcd
