"""Who works for a business: invited, given another role, sent away, asked for more.

The rows are of the partners room; the deeds are here because each writes an Event.
"""
