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

    finding as (

        select
            coalesce(studyid || '-', '') || usubjid as usubjid,
            table_name,
            column_name,
            case
                when column_name not like '%DTC' and column_name <> 'DATE'
                then 'number_unusable'
                when {{ to_iso_date('found') }} is null
                then 'date_unusable'
                else 'date_impossible'
            end as rule,
            substring(found, 1, 40) as found,
            case
                when column_name not like '%DTC' and column_name <> 'DATE'
                then 'a number in the possible range'
                when {{ to_iso_date('found') }} is null
                then 'an ISO 8601 date, YYYY-MM-DD, YYYY-MM or YYYY'
                else 'a date from 1900 to the data cut'
            end as expected,
            _file,
            _line
        from cell

    )

    {{ data_queries('finding', 'registry') }}
