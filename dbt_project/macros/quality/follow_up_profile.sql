{# The times to event of one source by endpoint, origin and vital-status rule; the lower medians are read from the occurrences of
   each duration. One row per parameter, origin and vital-status rule. #}
{% macro follow_up_profile(source_name) -%}
    with
        duration_count as (

            select
                adsl.SOURCE as source,
                adtte.PARAMCD as paramcd,
                adtte.ORIGIN as origin,
                adtte.VSRULE as vsrule,
                adtte.AVAL as days,
                count(*) as n,
                sum(case when adtte.CNSR = 0 then 1 else 0 end) as n_event,
                max(adtte.ENTRYDY) as longest_entry,
                sum(case when adtte.ADTDY > adsl.CUTDY then 1 else 0 end) as n_after_cut
            from {{ ref('int_' ~ source_name ~ '__adtte') }} as adtte
            inner join {{ ref('int_' ~ source_name ~ '__adsl') }} as adsl on adtte.USUBJID = adsl.USUBJID
            group by adsl.SOURCE, adtte.PARAMCD, adtte.ORIGIN, adtte.VSRULE, adtte.AVAL

        ),

        duration_reached as (

            select
                *,
                sum(n) over (
                    partition by source, paramcd, origin, vsrule
                    order by days nulls last
                    rows between unbounded preceding and current row
                ) as n_reached,
                sum(n) over (partition by source, paramcd, origin, vsrule) as n_total
            from duration_count

        ),

        counted as (

            select
                source,
                paramcd,
                origin,
                vsrule,
                sum(n) as n_subject,
                sum(n_event) as n_event,
                min(days) as shortest,
                {{ weighted_median('days', 'n_reached', 'n_total') }} as median_days,
                max(days) as longest,
                sum(n * cast(days as bigint)) / 365.25e0 as person_years,
                max(longest_entry) as longest_entry,
                sum(n_after_cut) as n_after_cut
            from duration_reached
            group by source, paramcd, origin, vsrule

        ),

        -- Every death is also an event of the composite.
        deaths as (select source, origin, vsrule, n_event as n_death from counted where paramcd = 'OS')

    select
        cast(counted.source as string) as source,
        cast(counted.paramcd as string) as paramcd,
        cast(counted.origin as string) as origin,
        cast(counted.vsrule as string) as vsrule,
        cast(counted.n_subject as bigint) as n_subject,
        cast(counted.n_event as bigint) as n_event,
        cast(deaths.n_death as bigint) as n_death,
        cast(counted.shortest as int) as shortest,
        cast(counted.median_days as int) as median_days,
        cast(counted.longest as int) as longest,
        cast(counted.person_years as double) as person_years,
        cast(100 * counted.n_event / counted.person_years as double) as rate_per_100py,
        cast(counted.longest_entry as int) as longest_entry,
        cast(counted.n_after_cut as bigint) as n_after_cut
    from counted
    left join
        deaths
        on counted.source = deaths.source
        and counted.origin = deaths.origin
        and counted.vsrule = deaths.vsrule
{%- endmacro %}
