"""A team's own Presidio recognizer, as their module would define it."""

from presidio_analyzer import Pattern, PatternRecognizer

STAFF = PatternRecognizer(
    supported_entity="STAFF_NUMBER", name="Staff", patterns=[Pattern("staff", r"\bEMP-\d{5}\b", 0.9)], context=["staff"]
)
