{# What the columns of a table may hold, in one scan: `required` columns are never null; `sets` gives the values of a
   column (null is allowed unless required); `ranges` gives lowest and highest value. Fails with the number of bad
   cells by column. #}
{% test column_values(model, required=[], sets={}, ranges={}) %}
    {%- set checks = [] -%}
    {%- for column in required -%}
        {%- do checks.append((column ~ '_missing', column ~ ' is null')) -%}
    {%- endfor -%}
    {%- for column, allowed in sets.items() -%}
        {%- set texts = [] -%}
        {%- for value in allowed -%}
            {%- do texts.append(value if value is number else "'" ~ value ~ "'") -%}
        {%- endfor -%}
        {%- do checks.append((column ~ '_unknown', column ~ ' not in (' ~ texts | join(', ') ~ ')')) -%}
    {%- endfor -%}
    {%- for column, bounds in ranges.items() -%}
        {%- do checks.append((column ~ '_beyond', 'not (' ~ column ~ ' between ' ~ bounds[0] ~ ' and ' ~ bounds[1] ~ ')')) -%}
    {%- endfor %}
    select *
    from
        (
            select
                {%- for name, condition in checks %}
                    sum(case when {{ condition }} then 1 else 0 end) as {{ name }}{{ ',' if not loop.last }}
                {%- endfor %}
            from {{ model }}
        ) as counted
    where {% for name, condition in checks %} {{ name }} > 0{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
