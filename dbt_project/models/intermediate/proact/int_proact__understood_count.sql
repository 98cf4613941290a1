with
    judged as (
        {% for table, column, variable in [
            ('treatment', 'study_arm', 'Study_Arm'), ('deathdata', 'subject_died', 'Subject_Died')
        ] %}
            select
                cast('PROACT' as string) as source,
                cast('{{ table }}' as string) as table_name,
                case
                    when record._reject_rule is null and word.is_known = 'Y' then 1 else 0
                end as is_understood
            from {{ ref('typed_proact__' ~ table) }} as record
            left join {{ words_of('proact', table, variable) }} as word on record.{{ column }} = word.value
            where record.{{ column }} is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

    {{ understood_by_table('judged') }}
