-- USUBJID of every analysis dataset is in ADSL, with the same STUDYID.
{% for table in ['adex', 'adqs', 'adae', 'adtte'] -%}
    select '{{ table }}' as table_name, analysis.USUBJID
    from (select distinct STUDYID, USUBJID from {{ ref(table) }}) as analysis
    left join {{ ref('adsl') }} as adsl on analysis.USUBJID = adsl.USUBJID and analysis.STUDYID = adsl.STUDYID
    where adsl.USUBJID is null
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
