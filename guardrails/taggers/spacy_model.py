"""`names: spacy:PACKAGE`: a spaCy pipeline that is installed here, or lies in a folder.

Only what marks entities is loaded, and what it needs. spaCy's own loader fetches nothing. A pipeline gives no scores, so each
of its entities has the same.
"""

from __future__ import annotations

from importlib.metadata import version
from threading import Lock
from typing import Any

from guardrails.detectors.windows import Tagged, Windowed
from guardrails.errors import SettingsError

SCORE = 0.85
EXTRA = 'pip install "guardrails-proxy[names-spacy]"'
#: Parts of a pipeline that mark entities; one of them at least must be there.
MARKERS = ("ner", "entity_ruler", "span_ruler", "beam_ner")
#: Parts that cost time and mark none.
LEFT_OUT = ("tagger", "parser", "senter", "morphologizer", "attribute_ruler", "lemmatizer", "trainable_lemmatizer", "textcat")
_WHEELS = "https://github.com/explosion/spacy-models/releases/download"


def load(package: str) -> Windowed:
    """`package`: the name of an installed package, or a folder. Raises SettingsError with what to do."""
    try:
        import spacy  # noqa: PLC0415 0.5 s and 80 MB, for this setting alone
    except ImportError:
        raise SettingsError(f"names: spacy:{package} needs spaCy: {EXTRA}") from None
    try:
        pipeline = spacy.load(package, exclude=LEFT_OUT)
    except OSError:
        raise SettingsError(
            f"names: spacy:{package}: no such package is installed, and no folder of that name holds a pipeline. Nothing is "
            f"fetched by itself; {_how(package)}"
        ) from None
    except Exception as error:  # noqa: BLE001 a pipeline is code and data of others: whatever is wrong with it, it cannot be used
        raise SettingsError(
            f"names: spacy:{package} cannot be loaded ({type(error).__name__}). Is it made for spaCy {version('spacy')}? "
            "`python -m spacy validate` says which packages are."
        ) from None
    if not set(MARKERS) & set(pipeline.pipe_names):
        raise SettingsError(
            f"names: spacy:{package} marks no entities: it has no part called ner. Name a pipeline that has one."
        )
    meta = pipeline.meta
    return Windowed(f"pii/spacy-{meta['lang']}_{meta['name']}-{meta['version']}", _Tag(pipeline))


def _how(package: str) -> str:
    """The line that installs one of spaCy's own pipelines, of which there is one for each minor version."""
    if not package.replace("_", "").isalnum() or package.count("_") < 3:
        return "install the package, or give the folder's whole path."
    made = f"{package}-{'.'.join(version('spacy').split('.')[:2])}.0"
    return f'install it: pip install "{package} @ {_WHEELS}/{made}/{made}-py3-none-any.whl"'


class _Tag:
    """One text through the pipeline, by itself: what stands in a batch with it must not change its numbers.

    A pipeline remembers each word it ever saw; in a memory zone it forgets them, and takes one text at a time.
    """

    def __init__(self, pipeline: Any) -> None:
        self._pipeline, self._one = pipeline, Lock()

    def __call__(self, text: str) -> list[Tagged]:
        with self._one, self._pipeline.memory_zone():
            return [Tagged(e.start_char, e.end_char, e.label_, SCORE) for e in self._pipeline(text).ents]
