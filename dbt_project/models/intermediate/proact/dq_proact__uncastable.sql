-- Cells that were filled but are no number: null in staging, and asked about here.
{% set tables = [
    'adverseevents', 'alsfrs', 'alshistory', 'conmeds', 'deathdata', 'demographics', 'elescorial', 'familyhistory',
    'fvc', 'handgripstrength', 'labs', 'musclestrength', 'neurofilament', 'riluzole', 'svc', 'treatment', 'vitalsigns',
] %}
with
    cells as (

        {% for table in tables %}
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
            found,
            cast('a number, days as whole numbers' as string) as expected,
            _file,
            _line
        from cells

    )

    {{ data_queries('findings', 'PROACT') }}
