"""The server-rendered pages: sending drafts, and what a customer sees.

A door like the dialects: pages translate between HTML and the deeds and decide nothing.
"""
