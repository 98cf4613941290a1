-- The days on which a subject was seen and examined. Adverse events, medication, laboratory and
-- questionnaires of history are left out: their days may lie a million days off, or come from a
-- stray late sample.
{% set tables = ['alsfrs', 'fvc', 'svc', 'vitalsigns', 'handgripstrength', 'musclestrength'] %}
with
    visits as (

        {% for table in tables %}
            select
                {{ proact_usubjid() }} as usubjid,
                cast('{{ table }}' as string) as src_table,
                {{ within_limits('day', 'visit_day') }} as day,
                _file,
                _line
            from {{ ref('stg_proact__' ~ table) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    )

select usubjid, src_table, cast(day as int) as day, min(_file) as _file, min(_line) as _line
from visits
where day is not null
group by usubjid, src_table, day
