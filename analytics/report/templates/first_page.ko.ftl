### The first page in Korean. What is put in stands in braces; a release's own notes stay as they were written, in English.

at-a-glance = 한눈에 보기

since-cut = 자료 기준일 { $cut }.
since-nowhere = 이번 분석.
since-trial = 새로운 자료는 없습니다. 이미 공개된 자료에 다른 계획서를 시험 삼아 적용한 것입니다.
since-first = 첫 번째 분석이거나, 비교할 이전 분석이 없습니다.
since-alone = 이전 분석이 없는 단독 분석입니다.
since-new = 이전 기준일({ $before }) 이후 새로운 것: { $changes }.
since-new-release = 이전 분석 이후 새로운 것: { $changes }.
since-nothing = 집계된 변화 없음

change-in = 비교할 수 있는 환자 { $shown }명 증가{ $arm }
change-out = 비교할 수 있는 환자 { $shown }명 감소{ $arm }
change-corrected = 기록이 정정된 환자 { $shown }명{ $arm }
change-death = 이전부터 비교하던 환자 중 사망 { $shown }건 추가{ $arm }
change-event = 이전부터 비교하던 환자 중 사건 { $shown }건 추가{ $arm }
change-adverse = 이상사례 { $shown }건 추가{ $arm }

serious = 새로운 중대한 이상사례.
serious-told = { $arm } 환자 중 { $shown }건.
serious-terms = { $arm } 환자 중 { $shown }건: { $terms }.
serious-more-terms = { $arm } 환자 중 { $shown }건: { $terms } 등.

headline = 주요 결과.
headline-none = 추정치가 없습니다. 이유: { $reason }.
headline-told = 위험비 { $ratio } (신뢰구간 { $lower }~{ $upper }), { $treated } 대 { $how } { $control }: 1이면 차이가 없고, 1보다 크면 { $treated } 환자에서 사건이 더 일찍 일어났다는 뜻입니다.
headline-moved = 이전 값은 { $before }였으며, 주된 변화 요인: { $step } (× { $factor }).
headline-unmoved = 이전 값은 { $before }였으며, 변화 요인이 없습니다.
headline-varies = 두 곡선의 위험비가 일정하지 않으므로(p = { $p }) 이 값은 평균일 뿐이며, 시점별 생존자 수가 더 많은 것을 말해 줍니다.
no-estimate = 추정하지 않음

alive = 생존.
event-free = 사건 없음.
alive-at = { $months }개월 시점: { $treated }, { $control }.
of-hundred-alive = { $arm } 환자 100명 중 { $share }명 생존({ $lower }~{ $upper })
of-hundred-event-free = { $arm } 환자 100명 중 { $share }명 사건 없음({ $lower }~{ $upper })
of-hundred-alive-alone = { $arm } 환자 100명 중 { $share }명 생존(신뢰구간 없음)
of-hundred-event-free-alone = { $arm } 환자 100명 중 { $share }명 사건 없음(신뢰구간 없음)
of-hundred-unknown = { $arm } 환자는 알 수 없음

balance = 해석.
balance-supported = 무작위 배정 비교가 아닙니다. 치료 전에 측정된 특성은 두 군이 비슷하여(표준화 평균차 최댓값 { $largest }, 한계 { $limit }) 비교해 볼 수는 있으나, 이것이 결과를 확증하지는 않습니다.
balance-unsupported = 무작위 배정 비교가 아니며, 치료 전에 측정된 특성도 두 군이 비슷하지 않습니다(표준화 평균차 최댓값 { $largest }, 한계 { $limit }). 위험비를 답으로 읽어서는 안 됩니다.
balance-none = 무작위 배정 비교가 아니며, 이 비교에는 균형 기준이 적용되지 않습니다. 위험비를 답으로 읽어서는 안 됩니다.

amiss = 미비한 점.
amiss-passed = 점검 { $total }건 모두 통과
amiss-raised = 점검 { $total }건 중 { $raised }건 경고
amiss-queries = 기관에 보낸 자료 질의 { $shown }건 미해결
amiss-queries-since = 기관에 보낸 자료 질의 { $shown }건 미해결(그중 { $old }건은 이전 기준일부터, 가장 오래된 것은 { $since }부터)
amiss-unanswered = { $source } 자료에 대한 { $shown }건은 답변할 곳이 없어 미해결로 남음
amiss-gaps = 누락 { $total }건({ $names })
amiss-more-gaps = 누락 { $total }건({ $names } 등)

counts = 수의 표시.
counts-rounded = 환자, 사건, 기록의 수는 가장 가까운 { $threshold }의 배수로 나타내며, { $threshold } 미만은 밝히지 않습니다.

specification-crude = 보정하지 않은
specification-matched = 짝지은(매칭)
specification-att = 치료군에 맞춰 가중한(ATT)
specification-ate = 두 군 전체에 맞춰 가중한(ATE)
specification-overlap = 겹치는 부분에 가중한(ATO)
specification-matching = 짝짓기 방식으로 가중한(ATM)
specification-entropy = 엔트로피 균형으로 가중한(ATT)

step-protocol-and-code = 계획서와 프로그램
step-follow-up-added = 추적 관찰 추가
step-corrections-and-withdrawals = 정정과 철회
step-re-matching-and-re-weighting = 재매칭과 재가중
step-enrolment = 신규 등록
