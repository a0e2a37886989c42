"""The languages in which customers can be written to."""

LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "français"), ("th", "ไทย")]
