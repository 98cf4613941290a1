-- What the cast macros make of text, case by case: the number, or null where it is none.
with
    read as (

        select
            delivered,
            {{ to_int('delivered') }} as whole,
            {{ to_double('delivered') }} as number,
            {{ result_comparator('delivered') }} as comparator,
            {{ result_number('delivered') }} as result,
            cast(whole_given as int) as expected_whole,
            cast(number_given as double) as expected_number,
            expected_comparator,
            cast(result_given as double) as expected_result
        from
            (
                values
                    ('12', 12, 12, null, 12),
                    ('-7', -7, -7, null, -7),
                    ('12.0', 12, 12, null, 12),
                    ('12.5', null, 12.5e0, null, 12.5e0),
                    ('1E5', null, 100000, null, 100000),
                    ('4.9e-05', null, 4.9e-05, null, 4.9e-05),
                    ('1_000', null, null, null, null),
                    ('229,000', null, null, null, 229000),
                    ('4,5', null, null, null, null),
                    ('nan', null, null, null, null),
                    ('inf', null, null, null, null),
                    ('0x1F', null, null, null, null),
                    ('9999999999', null, 9999999999, null, 9999999999),
                    ('<5', null, null, '<', 5),
                    ('>= 7.5', null, null, '>=', 7.5e0),
                    ('Trace', null, null, null, null),
                    ('1+', null, null, null, null),
                    ('2021-02-30', null, null, null, null),
                    ('2021-13', null, null, null, null),
                    ('03/04/2021', null, null, null, null),
                    ('4-Mar-21', null, null, null, null),
                    ('44259', 44259, 44259, null, 44259)
            ) as cases(delivered, whole_given, number_given, expected_comparator, result_given)

    )

select *
from read
where
    whole is distinct from expected_whole
    or number is distinct from expected_number
    or comparator is distinct from expected_comparator
    or result is distinct from expected_result
