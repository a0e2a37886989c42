"""Outgoing webhooks by the Standard Webhooks specification, with a log of each try."""
