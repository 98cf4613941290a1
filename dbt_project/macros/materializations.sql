{#
    Tables and views written under their own name, in one transaction each.

    The packaged materializations build beside the target, rename twice and drop, so that a reader never misses a table.
    Nobody reads a build before it is published, and for a hundred and sixty mostly small models the renames cost more than
    the queries. A failing model leaves the table it would have replaced: the whole statement is rolled back.
#}
{% materialization table, adapter="duckdb", supported_languages=["sql"] %}
    {%- set target_relation = this.incorporate(type="table") -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement("main") -%}
        {{ drop_existing(load_cached_relation(this)) }} {{ create_table_as(False, target_relation, compiled_code) }}
    {%- endcall %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {%- set target_relation = this.incorporate(type="view") -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement("main") -%}
        {{ drop_existing(load_cached_relation(this)) }} {{ get_create_view_as_sql(target_relation, sql) }}
    {%- endcall %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{% macro drop_existing(relation) -%}
    {%- if relation is not none -%} drop {{ relation.type }} if exists {{ relation }} cascade ;
    {%- endif -%}
{%- endmacro %}
