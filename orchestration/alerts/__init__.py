"""What became of a night, told to somebody outside: mail, chat, webhook, by addresses of the environment alone.

Belongs here: what is told, to whom, and that it is told once. Does not belong here: what a night prints (`commands`), nor
why it failed (`night.failures`). What is told leaves the house: what happened and where to look; no count of anybody, no
word of a delivery, no reason of a failure, which may hold either.
"""
