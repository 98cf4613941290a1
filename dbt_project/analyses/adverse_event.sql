select
    listing.* exclude (sequence, source_line) rename(arm as analysis_arm),
    cast(listing.sequence as integer) as sequence,
    cast(listing.source_line as integer) as source_line,
    listing.excluded is null as counted,
    analysis_set.usubjid is not null as eligible,
    adsl.AGE,
    adsl.SEX,
    adsl.SITEID,
    adsl.TRTSDT,
    adsl.TRTEDT
from results.ae_listing as listing
inner join marts.adsl as adsl on listing.usubjid = adsl.USUBJID
left join results.analysis_set as analysis_set on listing.usubjid = analysis_set.usubjid
