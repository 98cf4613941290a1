{{ config(materialized='view') }}
-- Of the accepted qualifiers. One without a parent record is nobody's fact, so that they are counted by
-- variable.
with
    qualifier as (

        select qualifier.*, coalesce(supp.studyid || '-', '') || supp.usubjid as subject
        from {{ ref('stg_registry__qualifier') }} as qualifier
        inner join
            {{ ref('stg_registry__supp') }} as supp
            on qualifier._file = supp._file
            and qualifier._line = supp._line

    ),

    orphan as (

        select column_name, count(*) as n_qualifier, min(_file) as _file, min(_line) as _line
        from qualifier
        where outcome = 'NO PARENT'
        group by column_name

    ),

    finding as (

        {{ registry_finding('qualifier', 'supp', 'QVAL', 'qualifier_differs', "outcome = 'DIFFERS'",
        "column_name || ' of ' || parent || ': ' || shown_value || ', in the record ' || shown_record_value",
        "'one value; that of the parent record is used'", usubjid='subject') }}
        union all
        {{ registry_finding('qualifier', 'supp', 'QVAL', 'qualifiers_contradict', "outcome = 'CONTRADICTED'",
        "column_name || ' of ' || parent", "'one value; none is used'", usubjid='subject') }}
        union all
        {{ registry_finding('orphan', 'supp', 'IDVARVAL', 'qualifier_without_parent', 'true', 'column_name',
        "'the one record each is of, by its sequence number: ' || cast(n_qualifier as string) || ' are not used'",
        usubjid='null') }}

    )

    {{ data_queries('finding', 'registry') }}
