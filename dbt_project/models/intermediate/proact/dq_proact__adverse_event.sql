{% set events = ref('int_proact__adverse_event') %}
{% set after_death %}(
        select events.*, vital_status.death_day
        from {{ events }} as events
        inner join {{ ref('int_proact__vital_status') }} as vital_status
            on events.usubjid = vital_status.usubjid and events.start_day > vital_status.death_day
    ) as after_death{% endset %}
{% set copies %}(
        select
            usubjid,
            ae_decod,
            start_day,
            count(*) as n_copy,
            min(_file) as _file,
            min(_line) as _line
        from {{ events }}
        where start_day is not null
        group by usubjid, ae_decod, start_day, end_day_delivered, severity_delivered, outcome
    ) as copies{% endset %}
{% set medication %}(
        select {{ proact_usubjid() }} as usubjid, start_day, stop_day, _file, _line
        from {{ ref('stg_proact__conmeds') }}
    ) as medication{% endset %}
{{ data_queries_of('PROACT', [
    finding(events, 'start_day_delivered is not null and start_day is null', 'adverseevents', 'Start_Date_Delta',
        'day_out_of_range', 'cast(start_day_delivered as string)', limits_text('event_day')),
    finding(events, outside_limits('end_day_delivered', 'event_day'), 'adverseevents', 'End_Date_Delta',
        'day_out_of_range', 'cast(end_day_delivered as string)', limits_text('event_day')),
    finding(events, 'start_day is null and start_day_delivered is null', 'adverseevents', 'Start_Date_Delta',
        'start_missing', 'null', "'the day the event began'"),
    finding(events, 'end_day is null and end_day_delivered < start_day', 'adverseevents', 'End_Date_Delta',
        'end_before_start',
        "'start ' || cast(start_day as string) || ', end ' || cast(end_day_delivered as string)",
        "'an end on or after the start'"),
    finding(events, 'severity is null and severity_delivered is not null', 'adverseevents', 'Severity',
        'severity_not_a_grade', shown('severity_delivered'), "'Mild, Moderate, Severe, Life Threatening or Fatal'"),
    finding(after_death, 'true', 'adverseevents', 'Start_Date_Delta', 'event_after_death',
        "'event on day ' || cast(start_day as string) || ', death on day ' || cast(death_day as string)",
        "'no event after death'"),
    finding(copies, 'n_copy > 1', 'adverseevents', 'Preferred_Term', 'duplicate_event',
        "'day ' || cast(start_day as string)", "'one record; all are kept'"),
    finding(medication, outside_limits('start_day', 'event_day'), 'conmeds', 'Start_Delta', 'day_out_of_range',
        'cast(start_day as string)', limits_text('event_day')),
    finding(medication, outside_limits('stop_day', 'event_day'), 'conmeds', 'Stop_Delta', 'day_out_of_range',
        'cast(stop_day as string)', limits_text('event_day')),
    finding(medication, 'stop_day < start_day', 'conmeds', 'Stop_Delta', 'end_before_start',
        "'start ' || cast(start_day as string) || ', stop ' || cast(stop_day as string)",
        "'a stop on or after the start'"),
]) }}
