{# Of the tables that were made, those that later steps read are written as Parquet files: `back/<layer>.<table>/`, beside them
   `back/columns/`, a row per column of each of these tables, with the number of rows that must come back. A table without rows
   may leave no file; its columns are known by that list. #}
{% macro bring_back(made) -%}
    {%- set rows, tables = [], [] -%}
    {%- for node in graph.nodes.values() if node.unique_id in made and comes_back(node) -%}
        {%- set layer = node.schema.removeprefix(target.schema ~ '_') -%}
        {%- set relation = api.Relation.create(schema=node.schema, identifier=node.alias) -%}
        {%- set n_row = run_query('select count(*) from ' ~ relation).columns[0].values()[0] -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do rows.append(
                "('" ~ [layer, node.name, column.name, column.dtype] | join("', '") ~ "', " ~ loop.index ~ ", " ~ n_row ~ ")"
            ) -%}
        {%- endfor -%}
        {%- do tables.append(node.name) -%}
        {%- do write_parquet('back/' ~ layer ~ '.' ~ node.name, 'select * from ' ~ relation) -%}
    {%- endfor -%}
    {%- if rows -%}
        {%- do write_parquet(
            'back/columns',
            'select * from values ' ~ rows | join(', ') ~ ' as listed(layer, table_name, column_name, type, place, n_row)'
        ) -%}
    {%- endif -%}
    {{ return(tables | length) }}
{%- endmacro %}


{# Marts, quality and what is tagged; or everything, to be compared with what another engine made. #}
{% macro comes_back(node) -%}
    {{ return(
        node.resource_type in ('model', 'seed')
        and (
            'comes_back' in node.tags
            or node.fqn[1] in ('marts', 'quality')
            or env_var('VIGIL_SPARK_BACK', '') == 'all'
        )
    ) }}
{%- endmacro %}


{% macro write_parquet(place, query) -%}
    {%- call statement() -%} insert overwrite directory {{ in_run_folder(place) }} using parquet {{ query }}
    {%- endcall -%}
{%- endmacro %}
