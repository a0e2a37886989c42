"""E-invoices after EN 16931, as CII and UBL, and the proofs that they are right.

`checking.make` is the door. `mapping` decides once what both syntaxes say.
"""
