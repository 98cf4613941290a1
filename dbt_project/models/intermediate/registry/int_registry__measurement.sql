with
    recorded as (
        {% for table in ['qs', 're', 'vs'] %}
            select
                usubjid,
                paramcd,
                value,
                collected_date,
                seq,
                cast('{{ table | upper }}' as string) as src_table,
                _file,
                _line
            from {{ ref('stg_registry__' ~ table) }}
            where paramcd is not null and value is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    dated as (

        select
            timeline.usubjid,
            recorded.paramcd,
            {{ days_between('timeline.index_date', 'recorded.collected_date') }} as day,
            recorded.collected_date as date,
            recorded.value,
            recorded.src_table,
            recorded._file,
            recorded._line,
            row_number() over (
                partition by timeline.usubjid, recorded.paramcd, recorded.collected_date
                order by recorded.seq desc nulls last, recorded.value, recorded._file, recorded._line
            ) as choice
        from recorded
        inner join {{ ref('int_registry__timeline') }} as timeline on recorded.usubjid = timeline.pseudonym
        where
            timeline.index_date is not null
            and (timeline.stop_date is null or recorded.collected_date <= timeline.stop_date)

    ),

    one_a_day as (

        select usubjid, paramcd, day, date, value, src_table, _file, _line from dated where choice = 1

    ),

    -- ALSFRS-R total where the visit has all twelve items and no total: speech to climbing stairs
    -- and R1 to R3.
    item_total as (

        select
            usubjid,
            day,
            date,
            {{ stable_sum('value') }} as value,
            min(src_table) as src_table,
            min(_file) as _file,
            min(_line) as _line
        from one_a_day
        where paramcd in ({{ item_codes(alsfrs_shared_items() + alsfrs_revised_items()) }})
        group by usubjid, day, date
        having count(*) = 12

    ),

    derived as (

        select
            item_total.usubjid,
            cast('ALSFRSR' as string) as paramcd,
            item_total.day,
            item_total.date,
            item_total.value,
            item_total.src_table,
            item_total._file,
            item_total._line
        from item_total
        left join
            one_a_day as total
            on item_total.usubjid = total.usubjid
            and item_total.day = total.day
            and total.paramcd = 'ALSFRSR'
        where total.usubjid is null

    ),

    subject as (

        select
            timeline.usubjid,
            dm.sex,
            coalesce(dm.age, cast(extract(year from timeline.index_date) - dm.birth_year as double)) as age,
            height.value as height_cm
        from {{ ref('int_registry__timeline') }} as timeline
        inner join {{ ref('stg_registry__dm') }} as dm on timeline.pseudonym = dm.usubjid
        left join
            (
                select
                    usubjid,
                    value,
                    row_number() over (partition by usubjid order by day, value, _file, _line) as choice
                from one_a_day
                where paramcd = 'HEIGHT'
            ) as height
            on timeline.usubjid = height.usubjid
            and height.choice = 1

    ),

    predicted as (

        select
            litres.usubjid,
            cast('FVCPP' as string) as paramcd,
            litres.day,
            litres.date,
            100
            * litres.value
            / {{ predicted_fvc_litres(
            'subject.sex', 'subject.height_cm', '(subject.age + litres.day / 365.25)'
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
            and percent.paramcd = 'FVCPP'
        where litres.paramcd = 'FVCL' and percent.usubjid is null

    ),

    body_mass as (

        select
            weight.usubjid,
            cast('BMI' as string) as paramcd,
            weight.day,
            weight.date,
            10000 * weight.value / (subject.height_cm * subject.height_cm) as value,
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
        where weight.paramcd = 'WEIGHT' and subject.height_cm > 0 and delivered.usubjid is null

    ),

    every as (

        select *, cast('N' as string) as derived_flag, cast(null as string) as derivation
        from one_a_day
        union all
        select *, 'Y', 'sum of the twelve item scores of the day'
        from derived
        union all
        select *, 'Y', 'litres over predicted FVC, ECSC (Quanjer 1993)'
        from predicted
        where value between 1 and 200
        union all
        select *, 'Y', 'weight over the square of the height'
        from body_mass

    )

select
    every.usubjid,
    every.paramcd,
    parameter.param,
    every.day,
    every.date,
    every.value,
    parameter.unit,
    every.derived_flag,
    every.derivation,
    every.src_table,
    every._file,
    every._line
from every
inner join {{ ref('registry_parameter') }} as parameter on every.paramcd = parameter.paramcd
