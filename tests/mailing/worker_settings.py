"""The settings of a worker that a test starts: the test's database, the test's catcher."""

from __future__ import annotations

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["MAILING_TEST_DATABASE"]
EMAIL_TIMEOUT = MAIL_ANSWER_SECONDS = 30
