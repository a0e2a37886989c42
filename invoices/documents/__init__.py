"""Papers: what a document looks like once it leaves the house, from frozen facts only."""
