{# The units in which a quantity may be delivered, in one place: (unit as the vocabulary of units means it, factor, shift,
   lowest and highest number that says this unit by itself). A number becomes number * factor + shift in the standard unit,
   which is the first of the list. Where the unit is blank a number is taken only if it lies in the range of one unit alone:
   70 cm tall is nobody, 70 inches is. Units without a range are converted and never assumed. Each range lies within the
   limits of the quantity (`limits`) and is that of usual adults: 60 kg is no weight in pounds, 300 none in kilograms, and
   120 may be either. #}
{% macro measure_units(quantity) -%}
    {{ return({
        'height': [
            ('CM', 1, 0, 120, 220), ('IN', 2.54, 0, 48, 84), ('M', 100, 0, 1.2, 2.2), ('MM', 0.1, 0, none, none),
            ('FT', 30.48, 0, none, none),
        ],
        'weight': [
            ('KG', 1, 0, 35, 160), ('LB', 0.45359237, 0, 77, 353), ('G', 0.001, 0, none, none),
            ('ST', 6.35029318, 0, none, none),
        ],
        'vital_capacity': [
            ('L', 1, 0, 0.1, 9), ('ML', 0.001, 0, 500, 9000), ('CL', 0.01, 0, none, none), ('DL', 0.1, 0, none, none),
        ],
        'vital_capacity_test': [
            ('L', 1, 0, 0.1, 9), ('ML', 0.001, 0, 500, 9000), ('%', 1, 0, 15, 200), ('CL', 0.01, 0, none, none),
            ('DL', 0.1, 0, none, none),
        ],
        'vital_capacity_pct': [
            ('%', 1, 0, 5, 200), ('L', 1, 0, none, none), ('ML', 0.001, 0, none, none), ('CL', 0.01, 0, none, none),
            ('DL', 0.1, 0, none, none),
        ],
        'temperature': [('C', 1, 0, 34.8, 42), ('F', 5 / 9, -160 / 9, 94.7, 107.6)],
        'systolic': [('MMHG', 1, 0, 50, 260), ('KPA', 7.500617, 0, 6.7, 34.6)],
        'diastolic': [('MMHG', 1, 0, 22, 160), ('KPA', 7.500617, 0, 2.7, 21.3)],
        'pulse': [('/MIN', 1, 0, 25, 220)],
        'breaths': [('/MIN', 1, 0, 4, 60)],
        'score': [('SCORE', 1, 0, 0, 48)],
        'body_mass': [('KG/M2', 1, 0, 8, 80)],
        'neurofilament': [('PG/ML', 1, 0, none, none), ('NG/L', 1, 0, none, none), ('NG/ML', 1000, 0, none, none)],
    }[quantity]) }}
{%- endmacro %}


{# A number in the standard unit of its quantity; null where the unit is none of the quantity's, or not known. #}
{% macro in_standard_unit(number, unit, quantity) -%}
    case
        {{ unit }}
        {%- for name, factor, shift, low, high in measure_units(quantity) %}
            when '{{ name }}' then {{ converted(number, factor, shift) }}
        {%- endfor %}
    end
{%- endmacro %}

{% macro converted(number, factor, shift) -%}
    {{ number }}{{ ' * ' ~ factor ~ 'e0' if factor != 1 }}{{ ' + (' ~ shift ~ 'e0)' if shift != 0 }}
{%- endmacro %}


{# The unit that a number without one must be in: the only one in whose range it lies, else null. #}
{% macro unit_by_number(number, quantity) -%}
    {%- set ranged = measure_units(quantity) | selectattr(3, 'ne', none) | list -%}
    case
        {%- for name, factor, shift, low, high in ranged %}
            when
                {{ number }} between {{ low }}e0 and {{ high }}e0
                {%- for other in ranged if other[0] != name and other[4] >= low and other[3] <= high %}
                    and not {{ number }} between {{ other[3] }}e0 and {{ other[4] }}e0
                {%- endfor %}
            then '{{ name }}'
        {%- endfor %}
    end
{%- endmacro %}


{# A delivered number in the standard unit: by its unit, or, where `filled` says that none is given, by the number itself. #}
{% macro measured_in(number, unit, filled, quantity) -%}
    case
        when {{ filled }}
        then {{ in_standard_unit(number, unit, quantity) }}
        else {{ in_standard_unit(number, unit_by_number(number, quantity), quantity) }}
    end
{%- endmacro %}


{# Whether a number without a unit may be in several: it lies in the ranges of more than one. #}
{% macro may_be_of_several_units(number, quantity) -%}
    {%- for name, factor, shift, low, high in measure_units(quantity) if low is not none %}
        case
            when {{ number }} between {{ low }}e0 and {{ high }}e0 then 1 else 0
        end {{ '+' if not loop.last }}
    {%- endfor %}
    > 1
{%- endmacro %}


{# The common table expressions that settle weights, the last of which is `settled_weight`: the rows of `relation` (usubjid,
   weight_kg: known by its unit or its number; weight_alone: a number without a unit that may be kilograms or pounds; height_cm)
   with `settled_kg`, and with `weight_ratio`, the weight over the subject's own median. A number alone is what makes the body
   mass index of an adult with ALS (15 to 45) in one unit alone, else what is near the subject's other weights in one unit
   alone, else not known. #}
{% macro settled_weights(relation) -%}
    {%- set pounds = 'weight_alone * 0.45359237e0' -%}
    by_height as (

        select
            *,
            coalesce(
                weight_kg,
                {{ the_only_one(
        'weight_alone', pounds, body_mass_index('weight_alone', 'height_cm'), body_mass_index(pounds, 'height_cm'), 15, 45
    ) }}
            ) as first_kg
        from {{ relation }}

    ),

    own_weight as (

        select usubjid, median(first_kg) as usual_kg
        from by_height
        where first_kg is not null
        group by usubjid

    ),

    settled_weight as (

        select by_own_weight.*, settled_kg / usual_kg as weight_ratio
        from
            (
                select
                    by_height.*,
                    own_weight.usual_kg,
                    coalesce(
                        first_kg,
                        {{ the_only_one(
        'weight_alone', pounds, 'weight_alone / usual_kg', pounds ~ ' / usual_kg', 0.67, 1.5
    ) }}
                    ) as settled_kg
                from by_height
                left join own_weight on by_height.usubjid = own_weight.usubjid
            ) as by_own_weight

    )
{%- endmacro %}

{# Of two readings of a number the one whose measure lies in a range, null where both do or neither does. #}
{% macro the_only_one(one, other, measure_of_one, measure_of_other, low, high) -%}
    case
        when
            {{ measure_of_one }} between {{ low }}e0 and {{ high }}e0
            and not {{ measure_of_other }} between {{ low }}e0 and {{ high }}e0
        then {{ one }}
        when
            {{ measure_of_other }} between {{ low }}e0 and {{ high }}e0
            and not {{ measure_of_one }} between {{ low }}e0 and {{ high }}e0
        then {{ other }}
    end
{%- endmacro %}


{# Weight over the square of the height, kg/m2; null without a height. #}
{% macro body_mass_index(weight_kg, height_cm) -%}
    10000 * {{ weight_kg }} / nullif({{ height_cm }} * {{ height_cm }}, 0)
{%- endmacro %}


{# A weight far from the subject's own is a slip of the unit or of the pen: it is not used, and asked about. #}
{% macro near_own_weight() -%} weight_ratio between 0.6 and 1.7 {%- endmacro %}

{# What is asked of a weight that is not. A quote doubled inside of a text is no quote in every engine. #}
{% macro near_own_median(more='') -%} 'near the subject' || chr(39) || 's median{{ more }}' {%- endmacro %}
