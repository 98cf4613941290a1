-- Every measurement of every subject in one shape; each part brings one row per subject, parameter and day.
-- A view: its parts are tables, and writing millions of rows once more costs more than putting them together.
{{ config(materialized='view') }}
{% set shared = alsfrs_shared_items() %}
with
    body_mass as (

        select
            weight.usubjid,
            weight.day,
            10000 * weight.value / (height.height_cm * height.height_cm) as value,
            weight._file,
            weight._line
        from {{ ref('int_proact__vital_sign') }} as weight
        inner join {{ ref('int_proact__height') }} as height on weight.usubjid = height.usubjid
        where weight.paramcd = 'WEIGHT'

    ),

    -- Q1 to Q9 of a day come from its ALSFRS-R questionnaire, else from its ALSFRS one.
    items_of_day as (

        select alsfrs.*, row_number() over (partition by usubjid, day order by scale desc) as preference
        from {{ ref('int_proact__alsfrs') }} as alsfrs

    ),

    measured as (

        {% for paramcd, scale, param in [
        ('ALSFRSR', 'ALSFRS-R', 'ALSFRS-R total score'), ('ALSFRS', 'ALSFRS', 'ALSFRS total score'),
    ] %}
            {{ measurement(ref('int_proact__alsfrs'), paramcd, param, 'total', 'score', 'alsfrs',
        condition="scale = '" ~ scale ~ "'", derivation='derivation') }}
            union all
        {% endfor %}

        {% for paramcd, column, delivered, label in shared %}
            {{ measurement('items_of_day', paramcd, label, column, 'score', 'alsfrs', condition='preference = 1') }}
            union all
        {% endfor %}

        {% for paramcd, column, delivered, label in alsfrs_original_items() %}
            {{ measurement(ref('int_proact__alsfrs'), paramcd, label, column, 'score', 'alsfrs',
        condition="scale = 'ALSFRS'") }}
            union all
        {% endfor %}

        {% for paramcd, column, delivered, label in alsfrs_revised_items() %}
            {{ measurement(ref('int_proact__alsfrs'), paramcd, label, column, 'score', 'alsfrs',
        condition="scale = 'ALSFRS-R'") }}
            union all
        {% endfor %}

        {% for test, name in [('FVC', 'Forced'), ('SVC', 'Slow')] %}
            {{ measurement(ref('int_proact__vital_capacity'), test ~ 'L', name ~ ' vital capacity', 'litres', 'L', test | lower,
        condition="test = '" ~ test ~ "'", derivation="'highest of ' || cast(n_trial as string) || ' trials'") }}
            union all
            {{ measurement(ref('int_proact__vital_capacity'), test ~ 'PP', name ~ ' vital capacity, percent predicted', 'pct',
        '%', test | lower, condition="test = '" ~ test ~ "'", derivation='pct_derivation',
        derived_flag='pct_derived_flag') }}
            union all
        {% endfor %}

        {{ measurement('body_mass', 'BMI', 'Body mass index', 'value', 'kg/m2', 'vitalsigns',
        derivation="'weight over the square of the median height'", derived_flag="'Y'") }}

        union all

        select
            usubjid,
            paramcd,
            param,
            day,
            value,
            unit,
            cast('N' as string) as derived_flag,
            derivation,
            cast('vitalsigns' as string) as src_table,
            _file,
            _line
        from {{ ref('int_proact__vital_sign') }}

        union all

        select
            usubjid,
            paramcd,
            param,
            day,
            value,
            unit,
            cast('N' as string) as derived_flag,
            cast(null as string) as derivation,
            src_table,
            _file,
            _line
        from {{ ref('int_proact__laboratory') }}

    )

select
    usubjid,
    cast(paramcd as string) as paramcd,
    cast(param as string) as param,
    cast(day as int) as day,
    cast(null as date) as date,
    cast(null as string) as date_flag,
    cast(value as double) as value,
    cast(unit as string) as unit,
    cast(derived_flag as string) as derived_flag,
    cast(derivation as string) as derivation,
    cast(src_table as string) as src_table,
    cast(_file as string) as _file,
    cast(_line as bigint) as _line
from measured
