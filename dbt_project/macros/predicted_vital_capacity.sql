{# Predicted forced vital capacity in litres for adults, European Community for Steel and Coal (Quanjer et al.,
   Eur Respir J 1993;6 Suppl 16:5-40): men 5.76 H - 0.026 A - 4.34, women 4.43 H - 0.026 A - 2.89, H the height in
   metres, A the age in years, an age of 18 to 25 counting as 25. Beyond 70 years the equation is extrapolated. Nothing is
   predicted where sex, height or age is not known: greatest() passes over a null, and would take an unknown age for 25. #}
{% macro predicted_fvc_litres(sex, height_cm, age) -%}
    (
        case
            when {{ age }} < 18 or {{ age }} is null
            then null
            when {{ sex }} = 'M'
            then 5.76e0 * {{ height_cm }} / 100 - 0.026e0 * greatest({{ age }}, 25) - 4.34e0
            when {{ sex }} = 'F'
            then 4.43e0 * {{ height_cm }} / 100 - 0.026e0 * greatest({{ age }}, 25) - 2.89e0
        end
    )
{%- endmacro %}
