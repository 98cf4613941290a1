{%- set evidence = [
    ('DM', 'dm', 'consent_date', 'RFICDTC', '1 = 1'),
    ('EX', 'ex', 'start_date', 'EXSTDTC', happened() ~ " = 'Y' and coalesce(dose, 1) > 0"),
    ('EX', 'ex', 'end_date', 'EXENDTC', happened() ~ " = 'Y' and coalesce(dose, 1) > 0 and end_date > start_date"),
    ('AE', 'ae', 'start_date', 'AESTDTC', '1 = 1'),
    ('PR', 'pr', 'start_date', 'PRSTDTC', happened() ~ " = 'Y'"),
    ('CM', 'cm', 'start_date', 'CMSTDTC', happened() ~ " = 'Y'"),
    ('MH', 'mh', 'start_date', 'MHSTDTC', happened() ~ " = 'Y'"),
    ('QS', 'qs', 'collected_date', 'QSDTC', "coalesce(status, '') <> 'NOT DONE'"),
    ('RE', 're', 'collected_date', 'REDTC', "coalesce(status, '') <> 'NOT DONE'"),
    ('VS', 'vs', 'collected_date', 'VSDTC', "coalesce(status, '') <> 'NOT DONE'"),
] -%}
with
    contact as (
        {% for domain, table, date, variable, condition in evidence %}
            select
                usubjid,
                {{ date }} as date,
                cast('{{ domain }}' as string) as src_table,
                cast('{{ variable }}' as string) as src_variable,
                _file,
                _line
            from {{ ref('stg_registry__' ~ table) }}
            where {{ date }} is not null and {{ condition }}
            union all
        {% endfor %}
        select
            usubjid,
            start_date as date,
            cast('DS' as string) as src_table,
            cast('DSSTDTC' as string) as src_variable,
            _file,
            _line
        from {{ ref('int_registry__fact') }}
        where domain = 'DS' and proves_life = 'Y' and start_date is not null
        union all
        select
            usubjid,
            request_date as date,
            cast('WITHDRAWALS' as string) as src_table,
            cast('DATE' as string) as src_variable,
            _file,
            _line
        from {{ ref('stg_registry__withdrawals') }}
        where request = 'STOP' and request_date is not null

    )

select
    timeline.usubjid,
    contact.date,
    {{ days_between('timeline.index_date', 'contact.date') }} as day,
    contact.src_table,
    contact.src_variable,
    contact._file,
    contact._line
from contact
inner join {{ ref('int_registry__timeline') }} as timeline on contact.usubjid = timeline.pseudonym
where timeline.stop_date is null or contact.date <= timeline.stop_date
