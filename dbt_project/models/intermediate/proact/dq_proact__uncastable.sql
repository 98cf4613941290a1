-- Cells that were filled but are no number: null in staging, and asked about here.
with
    cells as (

        {% for table in delivered_tables('proact') %}
            {{ uncastable_cells(ref('stg_proact__' ~ table), table, ['subject_id']) }}
            {{ 'union all' if not loop.last }}
        {% endfor %}

    ),

    findings as (

        select
            {{ proact_usubjid() }} as usubjid,
            table_name,
            column_name,
            cast('not_a_number' as string) as rule,
            {{ shown('found') }} as found,
            cast('a number, days as whole numbers' as string) as expected,
            _file,
            _line
        from cells

    )

    {{ data_queries('findings', 'PROACT') }}
