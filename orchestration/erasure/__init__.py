"""A subject gone everywhere: from landing, store, builds and every release; and what is kept of it.

Belongs here: everything that removes a subject, so that whoever asks what is left has one room to look into.
"""
