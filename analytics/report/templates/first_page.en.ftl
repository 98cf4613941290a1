### The first page in English. What is put in stands in braces; a release's own notes stay as they were written.

at-a-glance = At a glance

age-from = (old from { $day } on, more than { $limit } days)
age-old = { $days } days old when opened (limit { $limit }): look for a newer one

since-cut = Data cut { $cut }.
since-nowhere = This analysis.
since-trial = Nothing in it is new: another protocol is tried on a data cut that is released.
since-first = It is the first release, or there is none to compare it with.
since-alone = It stands alone: there is no release before it.
since-new = New since the cut of { $before }: { $changes }.
since-again = It was released before, as { $release }, whose report tells what was new with it. New since then: { $changes }.
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
serious-told = { $shown } among { $arm } patients, whatever their cause.
serious-terms = { $shown } among { $arm } patients, whatever their cause; of them { $terms }.
serious-more-terms = { $shown } among { $arm } patients, whatever their cause; of them { $terms } and others.

headline = The headline.
headline-none = There is none: { $reason }.
headline-undecided = This data cut does not show a difference in { $event }: hazard ratio { $ratio } ({ $level } interval { $lower } to { $upper }, which holds 1, no difference), { $treated } against { $how } { $control }. Below 1 would mean fewer { $events } in the same time with { $treated }, above 1 more.
headline-lower = Fewer { $events } in the same time with { $treated } than with { $how } { $control }: hazard ratio { $ratio } ({ $level } interval { $lower } to { $upper }, below 1). The patients were not allocated at random: it does not show that treatment is the reason.
headline-higher = More { $events } in the same time with { $treated } than with { $how } { $control }: hazard ratio { $ratio } ({ $level } interval { $lower } to { $upper }, above 1). The patients were not allocated at random: it does not show that treatment is the reason.
event-death = death
event-other = the event
events-death = deaths
events-other = events
headline-moved = It was { $before } before, moved mostly by { $step } (× { $factor }).
headline-unmoved = It was { $before } before; nothing moved it.
headline-noise = It was { $before } before; what it moved by is within what drawing missing values anew would move it.
headline-unsettled = Another { $draws } draws of missing values would typically move it by { $noise } of its standard error.
headline-varies = The curves do not keep one ratio (p = { $p }): it is an average, and how many are alive says more.
headline-competing = It is cause-specific: { $competing } ends follow-up, and treatment may act on that as well.
no-estimate = no estimate was made

alive = Alive.
event-free = Free of the event.
alive-estimated = Kaplan–Meier estimates ({ $level } intervals) of { $n_treated } { $treated } and { $n_control } { $control } patients, from { $zero } on.
zero-first-injection = first injection or trial baseline
zero-own = time zero
zero-harvest = cell harvest or trial baseline
zero-trial-baseline = trial baseline
alive-at = At { $months } months { $treated } and { $control } were alive.
event-free-at = At { $months } months { $treated } and { $control } were free of the event.
alive-at-alone = At { $months } months { $known } were alive; of { $unknown } patients it cannot be told.
event-free-at-alone = At { $months } months { $known } were free of the event; of { $unknown } patients it cannot be told.
incidence = Had the event.
incidence-estimated = Aalen–Johansen estimates of cumulative incidence ({ $level } intervals) of { $n_treated } { $treated } and { $n_control } { $control } patients, from { $zero } on; who had a competing event first counts as without the event.
incidence-at = By { $months } months { $treated } and { $control } had the event.
incidence-at-alone = By { $months } months { $known } had the event; of { $unknown } patients it cannot be told.
of-hundred = { $share } of 100 { $arm } patients ({ $lower } to { $upper })
of-hundred-alone = { $share } of 100 { $arm } patients (no interval)

reactions = Serious reactions.
reactions-none = None of { $total } { $arm } patients had a serious adverse drug reaction within { $window } days of the start of treatment (upper 95 % limit { $upper }); events judged unlikely to be related are not reactions. A serious event of any cause: { $serious }.
reactions-some = { $shown } of { $total } { $arm } patients had a serious adverse drug reaction within { $window } days of the start of treatment; events judged unlikely to be related are not reactions. A serious event of any cause: { $serious }.

balance = How it reads.
balance-supported = Not randomised. What the score is made of is alike in both arms (largest standardised mean difference { $largest }, limit { $limit }), which lets the comparison be read and does not confirm its result.
balance-unsupported = Not randomised, and what the score is made of is NOT alike in both arms (largest standardised mean difference { $largest }, limit { $limit }): the hazard ratio must not be read as an answer.
balance-none = Not randomised, and no balance gate applies to this comparison: the hazard ratio must not be read as an answer.

amiss = What is amiss.
amiss-passed = all { $total } checks passed
amiss-raised = { $raised } of { $total } checks raised a warning
amiss-queries = { $shown } data queries to the sites are open
amiss-queries-since = { $shown } data queries to the sites are open, { $old } of them since an earlier cut, the oldest since { $since }
amiss-unanswered = { $shown } concern { $source }, which answers no queries
amiss-gaps = { $total } things are lacking ({ $names })
amiss-more-gaps = { $total } things are lacking ({ $names } and more)

counts = Counts.
counts-rounded = To the nearest { $threshold }; 1 to { $last } are shown as <{ $threshold } or left out.
