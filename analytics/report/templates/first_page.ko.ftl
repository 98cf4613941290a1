### The first page in Korean. What is put in stands in braces; a release's own notes stay as they were written, in English.

at-a-glance = 한눈에 보기

age-from = ({ $day }부터 { $limit }일 초과)
age-old = 열람일 { $days }일 경과(기준 { $limit }일): 최신본 확인

since-cut = 자료 기준일 { $cut }.
since-nowhere = 이번 분석.
since-trial = 새로운 자료는 없습니다. 이미 공개된 자료에 다른 계획서를 시험 삼아 적용한 것입니다.
since-first = 첫 번째 분석이거나, 비교할 이전 분석이 없습니다.
since-alone = 이전 분석이 없는 단독 분석입니다.
since-new = 이전 기준일({ $before }) 이후 새로운 것: { $changes }.
since-again = 같은 기준일의 자료가 { $release }(으)로 이미 공개되었으며, 당시의 새로운 내용은 그 보고서에 있습니다. 그 이후 새로운 것: { $changes }.
since-new-release = 이전 분석 이후 새로운 것: { $changes }.
since-nothing = 집계된 변화 없음

change-in = 비교할 수 있는 환자 { $shown }명 증가{ $arm }
change-out = 비교할 수 있는 환자 { $shown }명 감소{ $arm }
change-corrected = 기록이 정정된 환자 { $shown }명{ $arm }
change-death = 기존 비교 대상에서 사망 { $shown }건 추가{ $arm }
change-event = 기존 비교 대상에서 사건 { $shown }건 추가{ $arm }
change-adverse = 이상사례 { $shown }건 추가{ $arm }

serious = 새로운 중대한 이상사례.
serious-told = { $arm } 투여 환자에서 { $shown }건(인과관계 무관).
serious-terms = { $arm } 투여 환자에서 { $shown }건(인과관계 무관). 이 중 { $terms }건.
serious-more-terms = { $arm } 투여 환자에서 { $shown }건(인과관계 무관). 이 중 { $terms }건 등.

headline = 주요 결과.
headline-none = 추정치가 없습니다. 이유: { $reason }.
headline-undecided = 이번 자료에서는 { $event } 위험의 차이가 확인되지 않았습니다. 위험비(hazard ratio) { $ratio } ({ $level } 신뢰구간 { $lower }~{ $upper }, 차이 없음을 뜻하는 1을 포함), { $how } { $control } 대비 { $treated }. 1보다 작으면 { $treated } 투여군의 { $events } 발생률이 더 낮고, 1보다 크면 더 높다는 뜻입니다.
headline-lower = { $treated } 투여군의 { $events } 발생률이 { $how } { $control }보다 낮았습니다. 위험비(hazard ratio) { $ratio } ({ $level } 신뢰구간 { $lower }~{ $upper }, 1 미만). 무작위 배정이 아니므로 치료가 원인임을 보여 주지는 않습니다.
headline-higher = { $treated } 투여군의 { $events } 발생률이 { $how } { $control }보다 높았습니다. 위험비(hazard ratio) { $ratio } ({ $level } 신뢰구간 { $lower }~{ $upper }, 1 초과). 무작위 배정이 아니므로 치료가 원인임을 보여 주지는 않습니다.
event-death = 사망
event-other = 사건 발생
events-death = 사망
events-other = 사건
headline-moved = 직전 위험비: { $before }. 주된 변화 요인: { $step } (× { $factor }).
headline-unmoved = 직전 위험비: { $before }. 변화 요인 없음.
headline-noise = 직전 위험비: { $before }. 차이는 결측값을 다시 추정할 때 생기는 우연 변동 범위 안에 있습니다.
headline-unsettled = 결측값을 { $draws }번 다시 추정하면 보통 표준오차의 { $noise }만큼 달라질 수 있습니다.
headline-varies = 두 곡선의 위험비가 일정하지 않으므로(p = { $p }) 이 값은 평균일 뿐이며, 시점별 생존자 수가 더 많은 것을 말해 줍니다.
headline-competing = 원인별 위험비입니다. { $competing } 발생 시 추적이 끝나며, 치료는 이 사건에도 영향을 줄 수 있습니다.
no-estimate = 추정하지 않음

alive = 생존.
event-free = 사건 없음.
alive-estimated = { $treated } { $n_treated }명과 { $control } { $n_control }명에서 Kaplan–Meier법으로 추정({ $zero }부터, { $level } 신뢰구간).
zero-first-injection = 첫 투여일 또는 시험 기저시점
zero-own = 추적 관찰 시작일
zero-harvest = 세포 채취일 또는 시험 기저시점
zero-trial-baseline = 시험 기저시점
alive-at = { $months }개월 시점 생존: { $treated }, { $control }.
event-free-at = { $months }개월 시점 사건 없음: { $treated }, { $control }.
alive-at-alone = { $months }개월 시점 생존: { $known }; { $unknown } 환자는 알 수 없음.
event-free-at-alone = { $months }개월 시점 사건 없음: { $known }; { $unknown } 환자는 알 수 없음.
incidence = 사건 발생.
incidence-estimated = { $treated } { $n_treated }명과 { $control } { $n_control }명의 누적 발생률을 Aalen–Johansen법으로 추정({ $zero }부터, { $level } 신뢰구간). 경쟁 사건이 먼저 생긴 환자는 사건이 없는 것으로 봅니다.
incidence-at = { $months }개월까지 사건 발생: { $treated }, { $control }.
incidence-at-alone = { $months }개월까지 사건 발생: { $known }; { $unknown } 환자는 알 수 없음.
of-hundred = { $arm } 환자 100명 중 { $share }명({ $lower }~{ $upper })
of-hundred-alone = { $arm } 환자 100명 중 { $share }명(신뢰구간 없음)

reactions = 중대한 약물이상반응.
reactions-none = 첫 투여 후 { $window }일 이내 { $arm } 투여 환자 { $total }명 중 없음(95 % 신뢰구간 상한 { $upper }). 인과관계 '가능성 적음'으로 평가된 이상사례는 제외. 원인과 관계없이 중대한 이상사례가 있었던 환자: { $serious }.
reactions-some = 첫 투여 후 { $window }일 이내 { $arm } 투여 환자 { $total }명 중 { $shown }명. 인과관계 '가능성 적음'으로 평가된 이상사례는 제외. 원인과 관계없이 중대한 이상사례가 있었던 환자: { $serious }.

balance = 해석.
balance-supported = 무작위 배정 비교가 아닙니다. 성향점수에 쓰인 특성은 두 군이 비슷하여(표준화 평균차 최댓값 { $largest }, 허용 기준 { $limit }) 비교해 볼 수는 있으나, 이것이 결과를 확증하지는 않습니다.
balance-unsupported = 무작위 배정 비교가 아니며, 성향점수에 쓰인 특성도 두 군이 비슷하지 않습니다(표준화 평균차 최댓값 { $largest }, 허용 기준 { $limit }). 위험비를 답으로 읽어서는 안 됩니다.
balance-none = 무작위 배정 비교가 아니며, 이 비교에는 균형 기준이 적용되지 않습니다. 위험비를 답으로 읽어서는 안 됩니다.

amiss = 미비한 점.
amiss-passed = 점검 { $total }건 모두 통과
amiss-raised = 점검 { $total }건 중 { $raised }건 경고
amiss-queries = 실시기관의 확인이 필요한 자료 질의 { $shown }건 미해결
amiss-queries-since = 실시기관의 확인이 필요한 자료 질의 { $shown }건 미해결(그중 { $old }건은 직전 기준일 또는 그 이전부터, 가장 오래된 것은 { $since }부터)
amiss-unanswered = { $source } 자료에 대한 { $shown }건은 답변할 곳이 없어 미해결로 남음
amiss-gaps = 누락 { $total }건({ $names })
amiss-more-gaps = 누락 { $total }건({ $names } 등)

counts = 건수 표시 방식.
counts-rounded = 가장 가까운 { $threshold }의 배수로 표시하며, 1~{ $last }의 값은 ‘<{ $threshold }’ 표기로 바꾸거나 생략합니다.

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
