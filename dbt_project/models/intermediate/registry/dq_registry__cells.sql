{{ config(materialized='view') }}
with
    cell as (
        {% for table in delivered_tables('registry') if table != 'withdrawals' %}
            {{ uncastable_cells(ref('stg_registry__' ~ table), table, ['studyid', 'usubjid']) }}
            union all
        {% endfor %}
        {{ uncastable_cells(
        '(select cast(null as string) as studyid, usubjid, _uncastable, _file, _line from '
        ~ ref('stg_registry__withdrawals') ~ ')', 'withdrawals', ['studyid', 'usubjid']
    ) }}

    ),

    judged as (

        select
            cell.*,
            case
                when cell.column_name not like '%DTC' and cell.column_name <> 'DATE'
                then 'number_unusable'
                when date.delivered is null
                then 'date_unusable'
                else 'date_impossible'
            end as rule
        from cell
        left join {{ ref('stg_registry__date') }} as date on cell.found = date.delivered

    ),

    finding as (

        select
            coalesce(studyid || '-', '') || usubjid as usubjid,
            table_name,
            column_name,
            rule,
            found,
            case
                rule
                when 'number_unusable'
                then 'a number in the possible range'
                when 'date_unusable'
                then 'an ISO 8601 date, YYYY-MM-DD, YYYY-MM or YYYY'
                else 'a date from 1900 (an administration: from 2000) to the data cut'
            end as expected,
            _file,
            _line
        from judged
        union all
        select
            coalesce(studyid || '-', '') || usubjid,
            'fa',
            'FASTRESC',
            'date_unusable',
            result_shown,
            'an ISO 8601 date, YYYY-MM-DD, YYYY-MM or YYYY, not after the data cut',
            _file,
            _line
        from {{ ref('stg_registry__fa') }}
        where
            coalesce(nullif(test_code, 'NONE'), test) in ('ONSET DATE', 'DIAGNOSIS DATE')
            and coalesce(object, 'ALS') <> 'NONE'
            and coalesce(status, '') <> 'NOT DONE'
            and result_shown is not null
            and result_date is null

    )

    {{ data_queries('finding', 'registry') }}
