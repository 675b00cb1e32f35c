"""Never finish importing, and use no time for it."""

import time

time.sleep(1000)
