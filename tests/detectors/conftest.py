"""The table of the installed Presidio, read once."""

import pytest

from guardrails import recognizers
from guardrails.detectors.table import Table


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return recognizers.load(tmp_path_factory.mktemp("recognizers"))
