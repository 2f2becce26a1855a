"""The table of the installed Presidio, read once, and the detectors that are made of it."""

import pytest

from guardrails import recognizers
from guardrails.detectors.personal import Personal, PersonalDetector
from guardrails.detectors.table import Table


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return recognizers.load(tmp_path_factory.mktemp("recognizers"))


@pytest.fixture(scope="session")
def personal(table: Table) -> Personal:
    return Personal(table)


@pytest.fixture(scope="session")
def english(personal: Personal) -> PersonalDetector:
    return personal.for_context()
