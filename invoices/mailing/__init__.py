"""Mails: their words, their parts, and the talk with the mail server."""
