{# The measurements of one source by parameter. One row per parameter. #}
{% macro measurement_profile(source_name) -%}
    with
        measurement as (

            select
                adsl.SOURCE as source,
                adqs.PARAMCD as paramcd,
                adqs.USUBJID as usubjid,
                adqs.AVALU as unit,
                adqs.INDEXDY as day,
                adqs.AVAL as value,
                adqs.CHG as change,
                adqs.ABLFL as baseline_flag,
                adqs.DTYPE as derivation_type,
                case when adqs.INDEXDY > adsl.CUTDY then 1 else 0 end as after_cut,
                case when adqs.INDEXDY > adsl.DTHDY then 1 else 0 end as after_death
            from {{ ref('int_' ~ source_name ~ '__adqs') }} as adqs
            inner join {{ ref('int_' ~ source_name ~ '__adsl') }} as adsl on adqs.USUBJID = adsl.USUBJID

        ),

        -- Lower medians of the values, and of the changes after the first month, read from how often each
        -- occurs.
        {% for name, rows in [('value', 'true'), ('change', 'day > 30 and change is not null')] %}
            {{ name }}_reached as (

                select
                    *,
                    sum(n) over (
                        partition by source, paramcd
                        order by {{ name }} nulls last
                        rows between unbounded preceding and current row
                    ) as n_reached,
                    sum(n) over (partition by source, paramcd) as n_total
                from
                    (
                        select source, paramcd, {{ name }}, count(*) as n
                        from measurement
                        where {{ rows }}
                        group by source, paramcd, {{ name }}
                    ) as occurrence

            ),

            {{ name }}_median as (

                select
                    source, paramcd, {{ weighted_median(name, 'n_reached', 'n_total') }} as median_{{ name }}
                from {{ name }}_reached
                group by source, paramcd

            ),
        {% endfor %}

        counted as (

            select
                source,
                paramcd,
                count(*) as n_row,
                count(distinct usubjid) as n_subject,
                count(distinct unit) as n_unit,
                min(value) as lowest,
                max(value) as highest,
                min(day) as first_day,
                max(day) as last_day,
                sum(case when baseline_flag = 'Y' then 1 else 0 end) as n_baseline,
                sum(case when derivation_type = 'DERIVED' then 1 else 0 end) as n_derived,
                sum(after_cut) as n_after_cut,
                sum(after_death) as n_after_death
            from measurement
            group by source, paramcd

        )

    select
        cast(counted.source as string) as source,
        cast(counted.paramcd as string) as paramcd,
        cast(counted.n_row as bigint) as n_row,
        cast(counted.n_subject as bigint) as n_subject,
        cast(counted.n_unit as int) as n_unit,
        cast(counted.lowest as double) as lowest,
        cast(value_median.median_value as double) as median_value,
        cast(counted.highest as double) as highest,
        cast(change_median.median_change as double) as median_change,
        cast(counted.first_day as int) as first_day,
        cast(counted.last_day as int) as last_day,
        cast(counted.n_baseline as bigint) as n_baseline,
        cast(counted.n_derived as bigint) as n_derived,
        cast(counted.n_after_cut as bigint) as n_after_cut,
        cast(counted.n_after_death as bigint) as n_after_death
    from counted
    inner join value_median on counted.source = value_median.source and counted.paramcd = value_median.paramcd
    left join
        change_median on counted.source = change_median.source and counted.paramcd = change_median.paramcd
{%- endmacro %}
