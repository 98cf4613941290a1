### The first page in English. What is put in stands in braces; a release's own notes stay as they were written.

at-a-glance = At a glance

since-cut = Data cut { $cut }.
since-nowhere = This analysis.
since-trial = Nothing in it is new: another protocol is tried on a data cut that is released.
since-first = It is the first release, or there is none to compare it with.
since-alone = It stands alone: there is no release before it.
since-new = New since the cut of { $before }: { $changes }.
since-new-release = New since the release before: { $changes }.
since-nothing = nothing that is counted

change-in = { $shown } { $number ->
    [one] patient
   *[other] patients
} more can be compared{ $arm }
change-out = { $shown } { $number ->
    [one] patient
   *[other] patients
} less{ $arm }
change-corrected = { $shown } { $number ->
    [one] patient
   *[other] patients
} corrected{ $arm }
change-death = { $shown } { $number ->
    [one] death
   *[other] deaths
} more among those compared before{ $arm }
change-event = { $shown } { $number ->
    [one] event
   *[other] events
} more among those compared before{ $arm }
change-adverse = { $shown } adverse { $number ->
    [one] event
   *[other] events
} more{ $arm }

serious = New serious events.
serious-told = { $shown } among { $arm } patients.
serious-terms = { $shown } among { $arm } patients: { $terms }.
serious-more-terms = { $shown } among { $arm } patients: { $terms } and others.

headline = The headline.
headline-none = There is none: { $reason }.
headline-told = Hazard ratio { $ratio } ({ $lower } to { $upper }), { $treated } against { $how } { $control }: 1 is no difference, above 1 { $treated } patients have the event sooner.
headline-moved = It was { $before } before, moved mostly by { $step } (× { $factor }).
headline-unmoved = It was { $before } before; nothing moved it.
headline-varies = The curves do not keep one ratio (p = { $p }): it is an average, and how many are alive says more.
no-estimate = no estimate was made

alive = Alive.
event-free = Free of the event.
alive-at = At { $months } months, { $treated } and { $control }.
of-hundred-alive = { $share } of 100 { $arm } patients ({ $lower } to { $upper }) were alive
of-hundred-event-free = { $share } of 100 { $arm } patients ({ $lower } to { $upper }) were free of the event
of-hundred-alive-alone = { $share } of 100 { $arm } patients (no interval) were alive
of-hundred-event-free-alone = { $share } of 100 { $arm } patients (no interval) were free of the event
of-hundred-unknown = of { $arm } patients it cannot be told

balance = How it reads.
balance-supported = Not randomised. What was measured before treatment is alike in both arms (largest standardised mean difference { $largest }, limit { $limit }), so that the comparison can be read; that does not confirm its result.
balance-unsupported = Not randomised, and what was measured before treatment is NOT alike in both arms (largest standardised mean difference { $largest }, limit { $limit }): the hazard ratio must not be read as an answer.
balance-none = Not randomised, and no balance gate applies to this comparison: the hazard ratio must not be read as an answer.

amiss = What is amiss.
amiss-passed = all { $total } checks passed
amiss-raised = { $raised } of { $total } checks raised a warning
amiss-queries = { $shown } data queries to the sites are open
amiss-queries-since = { $shown } data queries to the sites are open, { $old } of them since an earlier cut, the oldest since { $since }
amiss-unanswered = { $shown } about { $source } stay open, which answers none
amiss-gaps = { $total } things are lacking ({ $names })
amiss-more-gaps = { $total } things are lacking ({ $names } and more)

counts = Counts.
counts-rounded = Counts of patients, events and records are to the nearest { $threshold }; fewer than { $threshold } are not told.
