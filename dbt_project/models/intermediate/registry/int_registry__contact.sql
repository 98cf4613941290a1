{%- set given = was_given() ~ " = 'Y'" -%}
{#- domain, table, date, variable, what makes the record evidence, whether a date after the cut is: what was planned is none -#}
{%- set evidence = [
    ('DM', 'dm', 'consent_date', 'RFICDTC', 'true', false),
    ('EX', 'ex', 'start_date', 'EXSTDTC', given, false),
    ('EX', 'ex', 'end_date', 'EXENDTC', given, false),
    ('AE', 'ae', 'start_date', 'AESTDTC', 'true', true),
    ('AE', 'ae', 'end_date', 'AEENDTC',
        came_to_an_end() ~ " and coalesce(outcome_meaning, '') <> 'NOT RECOVERED/NOT RESOLVED'", false),
    ('CM', 'cm', 'start_date', 'CMSTDTC', happened(prespecified='prespecified') ~ " = 'Y'", false),
    ('CM', 'cm', 'end_date', 'CMENDTC', happened(prespecified='prespecified') ~ " = 'Y' and " ~ came_to_an_end(), false),
    ('MH', 'mh', 'start_date', 'MHSTDTC', happened() ~ " = 'Y'", false),
    ('PR', 'pr', 'start_date', 'PRSTDTC', happened(prespecified='prespecified') ~ " = 'Y'", false),
    ('SV', 'sv', 'start_date', 'SVSTDTC', "coalesce(occurrence, case when occurrence_unknown is null then 'Y' end) = 'Y'", true),
    ('SV', 'sv', 'end_date', 'SVENDTC', "coalesce(occurrence, case when occurrence_unknown is null then 'Y' end) = 'Y'", true),
    ('QS', 'qs', 'collected_date', 'QSDTC', has_result(), true),
    ('RE', 're', 'collected_date', 'REDTC', has_result(), true),
    ('VS', 'vs', 'collected_date', 'VSDTC', has_result(), true),
    ('LB', 'lb', 'collected_date', 'LBDTC', has_result(), true),
    ('EG', 'eg', 'collected_date', 'EGDTC', has_result(), true),
    ('PE', 'pe', 'collected_date', 'PEDTC', has_result(), true),
    ('FA', 'fa', 'collected_date', 'FADTC',
        was_done() ~ ' and ' ~ finding_is_read(), true),
    ('SS', 'ss', 'collected_date', 'SSDTC',
        was_done() ~ ' and ' ~ survival_status() ~ " = 'ALIVE'", true),
] -%}
-- A record with content, by its date: of a partial one the first possible day, since the subject was alive
-- then; of one
-- in the year after the cut the cut. A lone visit more than two years after everything else is set aside and
-- asked about, unless it says by itself that the subject is alive.
with
    contact as (
        {% for domain, table, date, variable, condition, later in evidence %}
            select
                usubjid,
                {% if later %} case when {{ date }}_after_cut = 'Y' then cut.data_cut else {{ date }} end
                {% else %} {{ date }}
                {% endif %} as date,
                {{ date }}_flag as date_flag,
                cast('{{ domain }}' as string) as src_table,
                cast('{{ variable }}' as string) as src_variable,
                _file,
                _line
            {% if later %}
                -- A measurement after the cut is rejected as one, and proves life at the cut all the same.
                from {{ ref('typed_registry__' ~ table) }}
                left join {{ source('delivery', 'data_cut') }} as cut on 1 = 1
                where coalesce(_reject_rule, 'date_unusable') = 'date_unusable' and {{ condition }}
            {% else %} from {{ ref('stg_registry__' ~ table) }} where {{ condition }}
            {% endif %}
            union all
        {% endfor %}
        select
            usubjid,
            start_date as date,
            start_date_flag as date_flag,
            cast('DS' as string) as src_table,
            cast('DSSTDTC' as string) as src_variable,
            _file,
            _line
        from {{ ref('int_registry__fact') }}
        where domain = 'DS' and proves_life = 'Y'
        union all
        -- Who died after the cut was alive at it.
        select
            usubjid,
            cut.data_cut,
            cast(null as string),
            cast('DM' as string),
            cast('DTHDTC' as string),
            _file,
            _line
        from {{ ref('stg_registry__dm') }}
        left join {{ source('delivery', 'data_cut') }} as cut on 1 = 1
        where death_date_after_cut = 'Y'
        union all
        select
            usubjid,
            cut.data_cut,
            cast(null as string),
            cast('DS' as string),
            cast('DSSTDTC' as string),
            _file,
            _line
        from {{ ref('int_registry__fact') }}
        left join {{ source('delivery', 'data_cut') }} as cut on 1 = 1
        where fact = 'DEATH' and start_date > cut.data_cut
        union all
        select
            usubjid,
            request_date as date,
            request_date_flag as date_flag,
            cast('WITHDRAWALS' as string) as src_table,
            cast('DATE' as string) as src_variable,
            _file,
            _line
        from {{ ref('stg_registry__withdrawals') }}
        where request = 'STOP' and after_cut = 'N'

    ),

    dated as (

        select
            timeline.usubjid,
            timeline.index_date,
            contact.date,
            date_flag,
            src_table,
            src_variable,
            _file,
            _line
        from contact
        inner join {{ ref('int_registry__timeline') }} as timeline on contact.usubjid = timeline.pseudonym
        where contact.date is not null and (timeline.stop_date is null or contact.date <= timeline.stop_date)

    ),

    day as (

        select
            usubjid,
            date,
            max(
                case
                    when src_table in ('DS', 'SS', 'WITHDRAWALS') or src_variable = 'DTHDTC' then 1 else 0
                end
            ) as is_statement
        from dated
        group by usubjid, date

    ),

    spaced as (

        select
            *,
            lag(date) over (partition by usubjid order by date nulls last) as previous_date,
            row_number() over (partition by usubjid order by date desc) as recency
        from day

    )

select
    dated.usubjid,
    dated.date,
    {{ days_between('dated.index_date', 'dated.date') }} as day,
    dated.date_flag,
    case
        when
            spaced.recency = 1
            and spaced.is_statement = 0
            and {{ days_between('spaced.previous_date', 'spaced.date') }} > {{ lone_after_days() }}
        then 'Y'
        else 'N'
    end as is_lone,
    spaced.previous_date,
    dated.src_table,
    dated.src_variable,
    dated._file,
    dated._line
from dated
inner join spaced on dated.usubjid = spaced.usubjid and dated.date = spaced.date
