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
    "ar": ("SA", "AE", "EG", "MA", "DZ", "TN", "KW", "QA"),
    "az": ("AZ",),
    "be": ("BY",),
    "bg": ("BG",),
    "bn": ("BD", "IN"),
    "bs": ("BA",),
    "cs": ("CZ",),
    "de": ("DE", "AT", "CH"),
    "el": ("GR", "CY"),
    "es": ("ES", "MX"),
    "et": ("EE",),
    "fa": ("IR",),
    "fi": ("FI",),
    "fr": ("FR", "BE", "CH", "CA"),
    "he": ("IL",),
    "hi": ("IN",),
    "hr": ("HR",),
    "hu": ("HU",),
    "is": ("IS",),
    "it": ("IT", "CH"),
    "ka": ("GE",),
    "kk": ("KZ",),
    "lb": ("LU",),
    "lt": ("LT",),
    "lv": ("LV",),
    "mk": ("MK",),
    "ms": ("MY", "SG"),
    "mt": ("MT",),
    "ja": ("JP",),
    "ko": ("KR",),
    "nb": ("NO",),
    "nl": ("NL", "BE"),
    "nn": ("NO",),
    "no": ("NO",),
    "pl": ("PL",),
    "pt": ("PT", "BR"),
    "ro": ("RO", "MD"),
    "ru": ("RU", "BY", "KZ"),
    "sk": ("SK",),
    "sl": ("SI",),
    "sq": ("AL",),
    "sr": ("RS", "BA", "ME"),
    "sv": ("SE", "FI"),
    "th": ("TH",),
    "tr": ("TR",),
    "uk": ("UA",),
    "ur": ("PK", "IN"),
    "vi": ("VN",),
}
UNKNOWN: tuple[str, ...] = ("US", "GB", "ID", "CN", "DK", "DE")


def countries_of(countries: frozenset[str], language: str) -> tuple[str, ...]:
    """The countries to look for, in order. A given set wins; a language nobody listed here gives a union of the common ones."""
    if countries:
        return tuple(sorted(c.upper() for c in countries))
    found = BY_LANGUAGE.get(language.lower().replace("_", "-").partition("-")[0], UNKNOWN)
    return found if "US" in found else (*found, "US")
