"""How the tests run: on a developer's machine hypothesis looks for new examples every time; in CI it tries the same again.

So a submission is judged by its own change (hypothesis: `derandomize`).
"""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
