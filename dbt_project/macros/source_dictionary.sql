{# What the source dictionary (`_sources.yml`) says of the delivered tables. dbt knows it only while it runs. #}
{# The delivered tables of a source. The models that read all of them must name them while dbt parses, so that the names
   stand here once more; while dbt runs they are held against the dictionary. #}
{% macro delivered_tables(source_name) -%}
    {%- set tables = {
        'proact': [
            'adverseevents', 'alsfrs', 'alshistory', 'conmeds', 'deathdata', 'demographics', 'elescorial', 'familyhistory',
            'fvc', 'handgripstrength', 'labs', 'musclestrength', 'neurofilament', 'riluzole', 'svc', 'treatment',
            'vitalsigns',
        ],
        'registry': [
            'dm', 'ex', 'ae', 'ds', 'mh', 'cm', 'qs', 're', 'fa', 'pr', 'vs', 'ss', 'sv', 'lb', 'eg', 'pe', 'supp',
            'withdrawals',
        ],
    }[source_name] -%}
    {%- if execute -%}
        {%- set of_source = graph.sources.values() | selectattr('source_name', 'equalto', source_name) -%}
        {%- if of_source | map(attribute='name') | sort != tables | sort -%}
            {{ exceptions.raise_compiler_error('macros/source_dictionary.sql: list every table of ' ~ source_name) }}
        {%- endif -%}
    {%- endif -%}
    {{ return(tables) }}
{%- endmacro %}


{# Whether a delivered table may have no records; while dbt parses, false. #}
{% macro may_be_empty(source_name, table_name) -%}
    {{ return(execute and dictionary_table(source_name, table_name).config.meta.get('may_be_empty', false)) }}
{%- endmacro %}


{# The delivered columns of a table; while dbt parses, one stand-in keeps the SQL well formed. #}
{% macro dictionary_columns(source_name, table_name) -%}
    {%- if not execute -%} {{ return([{'name': '_file', 'config': {'meta': {}}}]) }} {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in dictionary_table(source_name, table_name).columns.values() if not column.name.startswith('_') -%}
        {%- do columns.append(column) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{% macro dictionary_table(source_name, table_name) -%}
    {{ return(graph.sources['source.' ~ project_name ~ '.' ~ source_name ~ '.' ~ table_name]) }}
{%- endmacro %}
