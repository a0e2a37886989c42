"""The doors for programs: one package per dialect, and what they truly share."""
