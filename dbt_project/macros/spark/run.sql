{# A run on Spark: the delivered tables lie as Parquet files in `raw` of a folder that all executors see, and what later steps
   read is left as Parquet files in `back`. Schemas carry the name of home and run (`target.schema`); those of a home's earlier
   runs are dropped before, its own after, so that nobody's data stays on a cluster. `back/engine`, what worked, is written last. #}
{% macro begin_on_spark() -%}
    {%- if execute -%}
        {%- set own = target.schema ~ '_' -%}
        {%- set home = target.schema.rsplit('_', 1)[0] ~ '_' -%}
        {%- for name in schemas_on_spark() if name.startswith(home) and not name.startswith(own) -%}
            {%- do drop_on_spark(name) -%}
        {%- endfor -%}
        {%- call statement() -%} create schema if not exists {{ own }}raw {%- endcall -%}
        {%- for table in env_var('VIGIL_SPARK_RAW').split(',') -%}
            {%- call statement() -%}
                create table {{ own }}raw.{{ table }}
                using parquet
                location {{ in_run_folder('raw/' ~ table ~ '.parquet') }}
            {%- endcall -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{% macro end_on_spark(results) -%}
    {%- if execute -%}
        {%- set made = results | selectattr('status', 'equalto', 'success') | map(attribute='node.unique_id') | list -%}
        {%- set n_table = bring_back(made) -%}
        {%- for name in schemas_on_spark() if name.startswith(target.schema ~ '_') -%}
            {%- do drop_on_spark(name) -%}
        {%- endfor -%}
        {%- do write_parquet('back/engine', 'select version() as version, ' ~ n_table ~ ' as n_table') -%}
    {%- endif -%}
{%- endmacro %}


{% macro schemas_on_spark() -%}
    {%- set names = run_query('show schemas').columns[0].values() -%} {{ return(names) }}
{%- endmacro %}


{% macro drop_on_spark(name) -%}
    {%- call statement() -%} drop schema if exists {{ name }} cascade {%- endcall -%}
{%- endmacro %}


{# Tables lie in the run's folder, which is removed with all that is in it: some engines drop a table and keep its files. #}
{% macro spark__location_clause() -%}
    location {{ in_run_folder('tables/' ~ model['name']) }}
{%- endmacro %}


{# A place in the run's folder, as a text; without `file` a cluster looks for it in its own file system. #}
{% macro in_run_folder(place) -%}
    {{ return(text_literal('file://' ~ env_var('VIGIL_SPARK_FOLDER') ~ '/' ~ place)) }}
{%- endmacro %}
