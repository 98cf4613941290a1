"""The second opinion: numbers of the study made again, by other libraries or other code, on input put together anew.

Belongs here: what is made again, within which tolerance and why; the libraries' fits; the recount of safety; what a
disagreement takes back. Does not belong here: anything of ours that is judged. These modules import no estimator, no
comparison and no safety table, so that a fault of theirs is not repeated here; `stages.second_opinion` brings both sides
together.
"""
