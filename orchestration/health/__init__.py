"""A home's health: what a person should know between two nights, found by looking.

A look is a function that is given a `Visit` and yields findings, one line each. It changes nothing, waits for nobody and
reads no records: what would take longer than a moment is left to `vigil releases verify` and to the night. Belongs here:
looking, and the way out of what is found. Does not belong here: making good (`night.recovery`), nor telling (`commands`).
"""
