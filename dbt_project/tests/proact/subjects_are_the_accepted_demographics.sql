-- One subject per accepted DEMOGRAPHICS record, neither more nor fewer.
select n_subject, n_demographics
from (select count(*) as n_subject from {{ ref('int_proact__subject') }}) as subjects
cross join (select count(*) as n_demographics from {{ ref('stg_proact__demographics') }}) as demographics
where n_subject <> n_demographics
