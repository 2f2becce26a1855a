"""Ids and tax numbers of people, and of the firms they run alone, in Africa and Oceania: each issuer's forms and arithmetic."""

from __future__ import annotations

from guardrails.detectors import checksums as known
from guardrails.detectors.ids import checks
from guardrails.detectors.ids.kind import Kind, digits_of, enough, of, stdnum

_MMDD = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"

AFRICA = (
    Kind(
        "ZA_ID_NUMBER", "ZA", rf"\d{{2}}{_MMDD} ?\d{{4}} ?[0-2][89]\d",
        "id number|id no|identity number|rsa id|south african id|sa id|idnr|id-nommer|identiteitsnommer|smart id",
        known.south_african, alone=0.5,
    ),
    Kind("EG_NATIONAL_ID", "EG", rf"[23]\d{{2}}{_MMDD}\d{{7}}", "الرقم القومي|egyptian national id|egyptian id|national id",
         checks.egyptian, alone=0.5),
    Kind("EG_TN", "EG", r"\d{3}-?\d{3}-?\d{3}", "الرقم الضريبي|رقم التسجيل الضريبي|egyptian tax number", stdnum("eg.tn")),
    Kind("DZ_NIF", "DZ", r"\d{15}(?:\d{5})?", "nif|numéro d'identification fiscale|رقم التعريف الجبائي", stdnum("dz.nif")),
    Kind("MA_CNIE", "MA", r"[A-Z]{1,2}\d{5,6}", "cin|cnie|carte nationale|البطاقة الوطنية"),
    Kind("MA_ICE", "MA", r"\d{15}", "ice|identifiant commun de l'entreprise", stdnum("ma.ice")),
    Kind("TN_MF", "TN", r"\d{7}/?[A-Z](?:/?[A-Z]/?[A-Z]/?\d{3})?", "matricule fiscal|mf|المعرف الجبائي", stdnum("tn.mf")),
    Kind("TN_CIN", "TN", r"[01]\d{7}", "cin|carte d'identité nationale|بطاقة التعريف", enough(8)),
    Kind("KE_PIN", "KE", r"[AP]\d{9}[A-Z]", "kra pin|kra|pin|kra pin number", stdnum("ke.pin")),
    Kind("KE_NATIONAL_ID", "KE", r"\d{7,8}", "kenyan id|kitambulisho|nambari ya kitambulisho|huduma namba"),
    Kind("GH_TIN", "GH", r"[PCGQV]\d{10}", "ghana tin|tin|tax identification number", stdnum("gh.tin")),
    Kind("GH_CARD", "GH", r"GHA-\d{9}-\d", "ghana card|ghanacard", alone=0.7, everywhere=True),
    Kind("SN_NINEA", "SN", r"\d{7} ?\d[A-Z]\d|\d{9}", "ninea", stdnum("sn.ninea")),
    Kind("GN_NIFP", "GN", r"\d{9}", "nifp", stdnum("gn.nifp")),
    Kind("MZ_NUIT", "MZ", r"\d{9}", "nuit", stdnum("mz.nuit")),
    Kind("MU_NID", "MU", r"[A-Z]\d{12}[0-9A-Z]", "nid|mauritian id|national identity card", stdnum("mu.nid"), alone=0.4),
    Kind("NG_NIN", "NG", digits_of(11), "nin|national identification number|nimc", of(known.verhoeff), decisive=False),
    Kind("NG_BVN", "NG", r"22\d{9}", "bvn|bank verification number"),
    Kind("NG_VEHICLE_REGISTRATION", "NG", r"[A-Z]{3}[- ]?\d{3}[A-Z]{2}", "plate number|nigerian plate|number plate"),
    Kind("RW_NATIONAL_ID", "RW", r"[12] ?\d{4} ?\d ?\d{7} ?\d ?\d{2}", "indangamuntu|rwandan id", enough(16)),
    Kind("UG_NIN", "UG", r"C[MF]\d{5}[0-9A-Z]{7}", "nin|ugandan nin|national identification number", alone=0.5),
)  # fmt: skip

OCEANIA = (
    Kind("AU_TFN", "AU", r"\d{3}[ -]?\d{3}[ -]?\d{2,3}", "tfn|tax file number", stdnum("au.tfn")),
    Kind("AU_ABN", "AU", r"\d{2} ?\d{3} ?\d{3} ?\d{3}", "abn|australian business number", known.abn),
    Kind("AU_ACN", "AU", r"\d{3} ?\d{3} ?\d{3}", "acn|australian company number", known.acn),
    Kind("AU_MEDICARE", "AU", r"[2-6]\d{3} ?\d{5} ?\d(?:[ /-]?[1-9])?", "medicare|medicare card|medicare number|medicare no",
         lambda value: known.weighted(known.digits(value), (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == known.digits(value)[8]),
    Kind("AU_BSB", "AU", r"\d{3}-\d{3}", "bsb|bsb number"),
    Kind("AU_PASSPORT", "AU", r"[A-Z]{1,2}\d{7}", "australian passport|australian passport number"),
    Kind("NZ_IRD", "NZ", r"\d{2,3}[- ]?\d{3}[- ]?\d{3}", "ird|ird number|ird no|inland revenue", stdnum("nz.ird")),
    Kind("NZ_NHI", "NZ", r"[A-HJ-NP-Z]{3}\d{4}|[A-HJ-NP-Z]{3}\d{2}[A-HJ-NP-Z]{2}", "nhi|nhi number"),
    Kind("NZ_BANK_ACCOUNT", "NZ", r"\d{2}-\d{4}-\d{7}-\d{2,3}", "account|bank account|account number", stdnum("nz.bankaccount"),
         alone=0.5),
)  # fmt: skip

KINDS = (*AFRICA, *OCEANIA)
