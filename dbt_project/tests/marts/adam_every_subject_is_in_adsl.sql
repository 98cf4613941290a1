-- USUBJID of every analysis dataset is in ADSL, with the same STUDYID.
{% for table in ['adex', 'adqs', 'adae', 'adtte'] -%}
    select '{{ table }}' as table_name, analysis.usubjid
    from (select distinct studyid, usubjid from {{ ref(table) }}) as analysis
    left join {{ ref('adsl') }} as adsl on analysis.usubjid = adsl.usubjid and analysis.studyid = adsl.studyid
    where adsl.usubjid is null
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
