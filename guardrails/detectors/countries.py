"""Which countries' numbers to look for: a rule's or a caller's own list, else what people who write a language use.

All countries at once make detection worse: a phone number of one passes the check digit of another's tax number. The United
States are always among the defaults: their numbers stand in texts of every language, in forms that nothing else has.
"""

from __future__ import annotations

#: Language (BCP 47, primary subtag) → ISO 3166-1 alpha-2. The order is that in which a national phone number is tried.
BY_LANGUAGE: dict[str, tuple[str, ...]] = {
    "en": ("US", "GB", "CA", "IN", "AU", "IE"),
    "id": ("ID",),
    "zh": ("CN", "HK", "TW", "SG"),
    "da": ("DK",),
    "de": ("DE", "AT", "CH"),
    "es": ("ES", "MX"),
    "fi": ("FI",),
    "fr": ("FR", "BE", "CH", "CA"),
    "it": ("IT", "CH"),
    "ja": ("JP",),
    "ko": ("KR",),
    "nb": ("NO",),
    "nl": ("NL", "BE"),
    "nn": ("NO",),
    "no": ("NO",),
    "pl": ("PL",),
    "pt": ("PT", "BR"),
    "sv": ("SE", "FI"),
    "th": ("TH",),
    "tr": ("TR",),
}
UNKNOWN: tuple[str, ...] = ("US", "GB", "ID", "CN", "DK", "DE")


def countries_of(countries: frozenset[str], language: str) -> tuple[str, ...]:
    """The countries to look for, in order. A given set wins; a language nobody listed here gives a union of the common ones."""
    if countries:
        return tuple(sorted(c.upper() for c in countries))
    found = BY_LANGUAGE.get(language.lower().replace("_", "-").partition("-")[0], UNKNOWN)
    return found if "US" in found else (*found, "US")
