-- The name the marts give the study product: the site's, else the one of the shipped list.
select coalesce(max(site.term), max(shipped.meaning)) as product_name
from (select meaning from {{ ref('term_arm') }} where vocabulary = 'product_name') as shipped
left join
    (select term from {{ source('delivery', 'site_term') }} where vocabulary = 'product_name') as site
    on 1 = 1
