{# Every delivered record is staged, rejected, or could not be decoded: nothing is lost and nothing doubled.
   Put on a stg_ model; `rejected` is its rej_ model. #}
{% test accounted_for(model, source_name, table_name, rejected) %}
    with
        counted as (

            select
                (
                    select coalesce(sum(n_record), 0)
                    from {{ source('delivery', 'delivered_file') }}
                    where
                        upper(source) = '{{ source_name | upper }}'
                        and lower(table_name) = '{{ table_name | lower }}'
                ) as n_delivered,
                (
                    select count(*)
                    from
                        (
                            select distinct _file, _line
                            from {{ source('delivery', 'decode_reject') }}
                            where
                                upper(source) = '{{ source_name | upper }}'
                                and lower(table_name) = '{{ table_name | lower }}'
                        ) as undecoded
                ) as n_undecoded,
                (select count(*) from {{ model }}) as n_staged,
                (select count(*) from {{ rejected }}) as n_rejected

        )

    select *
    from counted
    where n_delivered <> n_staged + n_rejected + n_undecoded
{% endtest %}
