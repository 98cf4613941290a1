"""Anyone's ADaM-shaped files as the marts that the study reads, for `vigil analyse`.

Belongs here: reading and checking such files. Does not belong here: deliveries of PRO-ACT or the registry (`extracts`).
"""
