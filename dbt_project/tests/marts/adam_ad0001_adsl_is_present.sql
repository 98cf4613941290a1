-- ADaM rule AD0001: the subject-level dataset is present. It also has subjects, of both sources
-- where both deliver.
select expected.source
from (values ('PROACT'), ('REGISTRY')) as expected(source)
inner join
    (
        select distinct upper(source) as source
        from
            (
                select *
                from {{ source('delivery', 'proact_delivered_file') }}
                union all
                select *
                from {{ source('delivery', 'registry_delivered_file') }}
            ) as file
        where lower(table_name) in ('dm', 'demographics') and n_record > n_decode_reject
    ) as delivered
    on expected.source = delivered.source
left join
    (select distinct SOURCE as source from {{ ref('adsl') }}) as present on expected.source = present.source
where present.source is null
