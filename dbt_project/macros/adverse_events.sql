{# What is worked out of an adverse event, for the marts; `analytics.safety` works out the same of anyone's file, and a test
   gives both the same rows. Here are rules on known values; what a delivered word means is the seeds'. #}
{# Y or N of a flag; one that says unknown or not applicable says neither. #}
{% macro yes_or_no(flag) -%} case when {{ flag }} in ('Y', 'N') then {{ flag }} end {%- endmacro %}


{# Seriousness: Y where it is said or any criterion is Y, N where it is denied and none is, else not known. #}
{% macro serious_event(delivered, criteria) -%}
    case
        when
            {% for criterion in [delivered] + criteria %}
                {{ criterion }} = 'Y' {{ 'or ' if not loop.last }}
            {% endfor %}
        then 'Y'
        when {{ delivered }} = 'N'
        then 'N'
    end
{%- endmacro %}


{# Severity as a number, 1 to 5. #}
{% macro severity_number(severity) -%}
    case
        {{ severity }}
        when 'MILD'
        then 1
        when 'MODERATE'
        then 2
        when 'SEVERE'
        then 3
        when 'LIFE THREATENING'
        then 4
        when 'FATAL'
        then 5
    end
{%- endmacro %}


{# Y of an event that somebody died of, by its outcome, its criterion, its severity or its grade; else null. #}
{% macro fatal_event(outcome, ser_death, severity, toxicity_grade) -%}
    case
        when
            {{ outcome }} = 'FATAL'
            or {{ ser_death }} = 'Y'
            or {{ severity }} = 'FATAL'
            or {{ toxicity_grade }} = 5
        then 'Y'
    end
{%- endmacro %}


{# Emergence by the CDISC pilot: the start as recorded, a missing day taken as the first, a missing month as no date. #}
{% macro emergent_cdisc(start_day, start_flag, reference_day) -%}
    case
        when {{ start_day }} >= {{ reference_day }} and coalesce({{ start_flag }}, '') not in ('M', 'Y')
        then 'Y'
    end
{%- endmacro %}


{# Emergence by PHUSE: unless it cannot have started, or not have gone on, from the reference day on. #}
{% macro emergent_phuse(latest_start_day, latest_end_day, reference_day) -%}
    case
        when {{ reference_day }} is null
        then null
        when {{ latest_end_day }} < {{ reference_day }} or {{ latest_start_day }} < {{ reference_day }}
        then null
        else 'Y'
    end
{%- endmacro %}


{# What all spellings of a term share: composed letters, lower case, single blanks; `analytics.safety.terms` has the same. Of a
   column, for a list of columns: an engine that cannot compose letters looks it up. #}
{% macro term_key(column) -%} {{ return(adapter.dispatch('term_key', 'vigil')(column)) }} {%- endmacro %}

{% macro default__term_key(column) -%}
    lower(nfc_normalize(trim(regexp_replace({{ column }}, '[\s\x0b\p{Z}]+', ' ', 'g'))))
{%- endmacro %}

{% macro spark__term_key(column) -%}
    {%- set key = "lower(trim(regexp_replace(" ~ column ~ ", '[\\\\s\\\\p{Z}]+', ' ')))" -%}
    coalesce(
        (
            select max(composed_term.composed)
            from {{ target.schema }}_raw.composed_term as composed_term
            where composed_term.term = {{ key }}
        ),
        {{ key }}
    )
{%- endmacro %}
