{{ config(materialized='view') }}
{#- table, prefix of the staged columns, delivered column, where the word matters -#}
{%- set words = [
    ('dm', 'sex', 'SEX', 'true'), ('dm', 'age_unit', 'AGEU', 'true'), ('dm', 'death_flag', 'DTHFL', 'true'),
    ('dm', 'arm', 'ARM', 'true'), ('dm', 'arm_code', 'ARMCD', 'arm_filled is null'),
    ('dm', 'arm_null_reason', 'ARMNRS', 'arm_filled is null and arm_code is null'),
    ('dm', 'country', 'COUNTRY', 'true'), ('dm', 'race', 'RACE', 'true'), ('dm', 'ethnicity', 'ETHNIC', 'true'),
    ('ex', 'product', 'EXTRT', 'true'), ('ex', 'route', 'EXROUTE', 'true'), ('ex', 'dose_unit', 'EXDOSU', 'true'), ('ex', 'occurrence', 'EXOCCUR', 'true'), ('ex', 'status', 'EXSTAT', 'true'),
    ('ex', 'frequency', 'EXDOSFRQ', 'true'), ('ex', 'dose_text', 'EXDOSTXT', 'true'),
    ('ds', 'decod', 'DSDECOD', 'true'), ('ds', 'term', 'DSTERM', 'decod_filled is null'),
    ('ds', 'category', 'DSCAT', 'true'), ('ds', 'scope', 'DSSCAT', 'true'), ('ds', 'epoch', 'EPOCH', 'scope is null'),
    ('mh', 'decod', 'MHDECOD', 'true'), ('mh', 'term', 'MHTERM', 'decod_filled is null'),
    ('mh', 'occurrence', 'MHOCCUR', 'true'), ('mh', 'status', 'MHSTAT', 'true'), ('mh', 'prespecified', 'MHPRESP', 'true'),
    ('mh', 'date_type', 'MHEDTTYP', "'ALS' in (decod, term)"),
    ('mh', 'location', 'MHLOC', "coalesce(decod, term) in ('SYMPTOM ONSET', 'ALS')"),
    ('mh', 'subcategory', 'MHSCAT', "coalesce(decod, term) = 'DIAGNOSIS'"),
    ('pr', 'decod', 'PRDECOD', 'true'), ('pr', 'term', 'PRTRT', 'decod_filled is null'),
    ('pr', 'occurrence', 'PROCCUR', 'true'), ('pr', 'status', 'PRSTAT', 'true'), ('pr', 'prespecified', 'PRPRESP', 'true'),
    ('cm', 'decod', 'CMDECOD', 'true'), ('cm', 'term', 'CMTRT', 'decod_filled is null'),
    ('cm', 'occurrence', 'CMOCCUR', 'true'), ('cm', 'status', 'CMSTAT', 'true'), ('cm', 'prespecified', 'CMPRESP', 'true'),
    ('cm', 'end_relation', 'CMENRF', 'true'), ('cm', 'end_relation_to_point', 'CMENRTPT', 'true'),
    ('ae', 'end_relation', 'AEENRF', 'true'), ('ae', 'end_relation_to_point', 'AEENRTPT', 'true'),
    ('fa', 'test_code', 'FATESTCD', 'true'), ('fa', 'test', 'FATEST', "coalesce(test_code, 'NONE') = 'NONE'"),
    ('fa', 'result_text', 'FASTRESC', "'EL ESCORIAL' in (test_code, test)"),
    ('fa', 'result_collected', 'FAORRES', "result_text_filled is null and 'EL ESCORIAL' in (test_code, test)"),
    ('fa', 'object', 'FAOBJ', "'EL ESCORIAL' <> coalesce(nullif(test_code, 'NONE'), nullif(test, 'NONE'))"),
    ('fa', 'site_text', 'FASTRESC', "'ONSET SITE' in (test_code, test) and coalesce(object, 'ALS') <> 'NONE'"),
    ('fa', 'site_collected', 'FAORRES', "result_text_filled is null and 'ONSET SITE' in (test_code, test) and coalesce(object, 'ALS') <> 'NONE'"),
    ('fa', 'answer_text', 'FASTRESC', "'FAMILY HISTORY' in (test_code, test) and coalesce(object, 'ALS') <> 'NONE'"),
    ('fa', 'answer_collected', 'FAORRES', "result_text_filled is null and 'FAMILY HISTORY' in (test_code, test) and coalesce(object, 'ALS') <> 'NONE'"),
    ('qs', 'questionnaire', 'QSCAT', 'true'), ('qs', 'status', 'QSSTAT', 'paramcd is not null'),
    ('qs', 'test', 'QSTESTCD', "paramcd is null and coalesce(questionnaire, 'ANY') <> 'NONE' and coalesce(test_name, '') <> 'NONE'"),
    ('re', 'test', 'RETESTCD', 'true'), ('re', 'status', 'RESTAT', 'paramcd is not null'),
    ('vs', 'test', 'VSTESTCD', 'true'), ('vs', 'status', 'VSSTAT', 'paramcd is not null'),
    ('lb', 'status', 'LBSTAT', 'true'), ('eg', 'status', 'EGSTAT', 'true'), ('pe', 'status', 'PESTAT', 'true'),
    ('ss', 'status', 'SSSTAT', 'true'), ('sv', 'occurrence', 'SVOCCUR', 'true'),
    ('qs', 'unit', 'QSSTRESU', 'paramcd is not null and value is null'),
    ('qs', 'unit_collected', 'QSORRESU', 'paramcd is not null and value is null'),
    ('re', 'unit', 'RESTRESU', 'paramcd is not null and value is null'),
    ('re', 'unit_collected', 'REORRESU', 'paramcd is not null and value is null'),
    ('vs', 'unit', 'VSSTRESU', 'paramcd is not null and value is null'),
    ('vs', 'unit_collected', 'VSORRESU', 'paramcd is not null and value is null'),
    ('ss', 'result_text', 'SSSTRESC', "test_code = 'SURVSTAT'"),
    ('ss', 'result_collected', 'SSORRES', "result_text_filled is null and test_code = 'SURVSTAT'"),
] -%}
{%- set flags = {
    'serious': 'AESER', 'ser_cancer': 'AESCAN', 'ser_congenital': 'AESCONG', 'ser_disability': 'AESDISAB',
    'ser_death': 'AESDTH', 'ser_hospital': 'AESHOSP', 'ser_life_threat': 'AESLIFE', 'ser_overdose': 'AESOD',
    'ser_other': 'AESMIE', 'severity_meaning': 'AESEV', 'outcome_meaning': 'AEOUT', 'action_meaning': 'AEACN',
    'causality_meaning': 'AEREL',
} -%}
{%- for name, variable in flags.items() -%}
    {%- do words.append(('ae', name, variable, 'true')) -%}
{%- endfor -%}
{% for table, name, variable, matters in words %}
    select
        usubjid,
        cast('{{ table }}' as string) as table_name,
        cast('{{ variable }}' as string) as column_name,
        {{ name }}_unknown as word,
        _file,
        _line
    from {{ ref('stg_registry__' ~ table) }}
    where {{ name }}_unknown is not null and {{ matters }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
