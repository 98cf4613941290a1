-- Of deaths whose day is in doubt the latest day counts, where the protocol says so: its row takes the
-- other's place.
with
    later as (
        select distinct adtte.USUBJID, adtte.PARAMCD, analysed.VSRULE_LATEST
        from marts.adtte as adtte
        inner join
            release.analysed_parameter as analysed
            on adtte.PARAMCD = analysed.PARAMCD
            and adtte.VSRULE = analysed.VSRULE_LATEST
    )

select
    adtte.*,
    analysed.endpoint,
    analysed.position,
    analysed.role,
    analysis_set.treated,
    analysed.arm as analysis_arm,
    case when follow_up.usubjid is not null then 'Y' end as ANL01FL,
    follow_up.entry_days,
    follow_up.stop_days,
    follow_up.event,
    follow_up.competing
from release.analysed_parameter as analysed
inner join results.analysis_set as analysis_set on analysed.treated = analysis_set.treated
inner join
    marts.adtte as adtte
    on analysis_set.usubjid = adtte.USUBJID
    and analysed.PARAMCD = adtte.PARAMCD
    and analysed.ORIGIN = adtte.ORIGIN
left join
    later
    on adtte.USUBJID = later.USUBJID
    and adtte.PARAMCD = later.PARAMCD
    and analysed.VSRULE_LATEST = later.VSRULE_LATEST
left join
    results.follow_up as follow_up
    on adtte.USUBJID = follow_up.usubjid
    and analysed.endpoint = follow_up.endpoint
    and analysed.role = 'endpoint'
where adtte.VSRULE = coalesce(later.VSRULE_LATEST, analysed.VSRULE)
