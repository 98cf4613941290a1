{{ config(materialized='view') }}
-- The results of parameters on the subject's own timeline, as delivered; none after follow-up was to stop.
with
    recorded as (
        {% for table in ['qs', 're', 'vs'] %}
            select
                usubjid,
                paramcd,
                value,
                number_alone,
                unit_assumed,
                collected_date,
                collected_date_latest,
                collected_date_flag,
                cast('{{ table | upper }}' as string) as src_table,
                _file,
                _line
            from {{ ref('stg_registry__' ~ table) }}
            where paramcd is not null and coalesce(value, number_alone) is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select
    timeline.usubjid,
    recorded.paramcd,
    {{ days_between('timeline.index_date', 'recorded.collected_date') }} as day,
    recorded.collected_date as date,
    recorded.collected_date_latest as date_latest,
    recorded.collected_date_flag as date_flag,
    recorded.value,
    recorded.number_alone,
    recorded.unit_assumed,
    recorded.src_table,
    recorded._file,
    recorded._line
from recorded
inner join {{ ref('int_registry__timeline') }} as timeline on recorded.usubjid = timeline.pseudonym
where
    timeline.index_date is not null
    and (timeline.stop_date is null or recorded.collected_date <= timeline.stop_date)
