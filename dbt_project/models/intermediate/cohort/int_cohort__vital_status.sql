{%- set columns = [
    'usubjid', 'vital_status', 'death_day', 'death_date', 'death_date_flag',
    'latest_death_day', 'latest_death_date',
    'last_visit_day', 'last_visit_date', 'last_alive_day', 'last_alive_date', 'last_alive_date_flag',
    'tracheostomy_day', 'tracheostomy_date', 'tracheostomy_date_flag', 'ventilation_day',
    'ventilation_date', 'ventilation_date_flag',
    'death_src_file', 'death_src_line', 'last_src_table',
] -%}
with vital as ({{ cohort_union('vital_status', columns) }})

select
    vital.source,
    {%- for column in columns %} vital.{{ column }}, {%- endfor %}
    coalesce(
        registry.death_src_table, case vital.source when 'PROACT' then 'deathdata' end
    ) as death_src_table,
    coalesce(
        registry.death_src_variable, case vital.source when 'PROACT' then 'Death_Days' end
    ) as death_src_variable,
    coalesce(
        registry.last_src_variable, case vital.source when 'PROACT' then 'last visit' end
    ) as last_src_variable,
    coalesce(registry.last_src_file, visit._file) as last_src_file,
    coalesce(registry.last_src_line, visit._line) as last_src_line
from vital
left join {{ ref('int_registry__vital_status') }} as registry on vital.usubjid = registry.usubjid
left join
    {{ ref('int_proact__visit') }} as visit
    on vital.usubjid = visit.usubjid
    and vital.last_src_table = visit.src_table
    and vital.last_visit_day = visit.day
