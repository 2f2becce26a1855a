"""Ids and tax numbers of people, and of the firms they run alone, in Europe. Forms and arithmetic: each issuer's own."""

from __future__ import annotations

from guardrails.detectors import checksums as known
from guardrails.detectors.ids import checks
from guardrails.detectors.ids.kind import Kind, digits_of, enough, stdnum

_DAY, _MONTH = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])"
_DDMM, _MMDD = _DAY + _MONTH, _MONTH + _DAY
_BORN = r"\d{2}(?:[024][1-9]|[135][0-2]|[678][1-9])(?:0[1-9]|[12]\d|3[01])"  # months of women and of full series are raised
_JMBG = rf"{_DDMM}[09]\d{{2}}[0-9]\d{{5}}"
_CPR = "cpr|cpr-nr|cpr-nummer|cprnummer|cpr number|personnummer|personnr|danish id|civil registration number"
_JMBG_NAMES = "jmbg|jedinstveni matični broj|matični broj|јмбг|јединствени матични број|матични број"

NORTH = (
    Kind("DK_CPR", "DK", rf"{_DDMM}\d{{2}}(?: - |[ -])\d{{4}}", _CPR, checks.danish_cpr, alone=0.5),
    Kind("DK_CPR", "DK", rf"{_DDMM}\d{{6}}", _CPR, checks.danish_cpr),
    Kind(
        "DK_CVR", "DK", r"(?:DK[ -]?)?[1-9]\d(?: ?\d{2}){3}",
        "cvr|cvr-nr|cvr-nummer|cvrnummer|cvr number|se-nr|se-nummer|momsnr|momsnummer", checks.danish_cvr,
    ),
    Kind(
        "SE_PERSONNUMMER", "SE", r"(?:19|20)?\d{6}[-+ ]?\d{4}",
        "personnummer|personnr|samordningsnummer|pnr|swedish personal number|personal identity number", known.swedish_person,
    ),
    Kind(
        "SE_ORGANISATIONSNUMMER", "SE", r"\d{6}-?\d{4}",
        "organisationsnummer|orgnr|org nr|org nummer|företagsnummer", known.swedish_firm,
    ),
    Kind(
        "NO_FODSELSNUMMER", "NO", r"[0-7]\d[0145]\d\d{2}[ -]?\d{5}",
        "fødselsnummer|fodselsnummer|fødselsnr|personnummer|fnr|d-nummer|dnr|norwegian national id|national identity number",
        checks.norwegian, alone=0.5,
    ),
    Kind("NO_ORGNR", "NO", r"[89]\d{2} ?\d{3} ?\d{3}", "orgnr|organisasjonsnummer|org nr|org nummer", stdnum("no.orgnr")),
    Kind(
        "FI_PERSONAL_IDENTITY_CODE", "FI", rf"{_DDMM}\d{{2}}[-+A-FU-Y]\d{{3}}[0-9A-FHJ-NPR-Y]",
        "hetu|henkilötunnus|sotu|personbeteckning|finnish personal identity code|personal identity code",
        known.finnish, alone=0.6, everywhere=True,
    ),
    Kind(
        "IS_KENNITALA", "IS", r"[0-7]\d[01]\d\d{2}-?\d{4}", "kennitala|kt|icelandic id", stdnum("is_.kennitala"), alone=0.4,
    ),
    Kind(
        "EE_IK", "EE", rf"[1-8]\d{{2}}{_MMDD}\d{{4}}",
        "isikukood|ik|personal code|estonian id|id-kood", stdnum("ee.ik"), alone=0.4,
    ),
    Kind(
        "LT_ASMENS", "LT", rf"[3-6]\d{{2}}{_MMDD}\d{{4}}|9\d{{10}}",
        "asmens kodas|asmens|personal code|lithuanian id", stdnum("lt.asmens"), alone=0.4,
    ),
    Kind(
        "LV_PK", "LV", rf"(?:{_DDMM}\d{{2}}|32\d{{4}})-?\d{{5}}",
        "personas kods|personas koda|personal code|latvian id", stdnum("lv.pvn"), alone=0.4,
    ),
)  # fmt: skip

WEST = (
    Kind(
        "FR_NIR", "FR", r"[1278] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}",
        "nir|sécurité sociale|securite sociale|numéro de sécurité sociale|sécu|secu|n° sécu|numéro insee|insee|carte vitale"
        "|french social security number", stdnum("fr.nir"), alone=0.6,
    ),
    Kind(
        "FR_NIF", "FR", r"[0-3]\d(?: ?\d{2})(?: ?\d{3}){3}",
        "numéro fiscal|numero fiscal|spi|référence fiscale|numéro fiscal de référence|nif", stdnum("fr.nif"),
    ),
    Kind("FR_SIRET", "FR", r"\d{3} ?\d{3} ?\d{3} ?\d{5}", "siret|numéro siret", stdnum("fr.siret")),
    Kind("FR_SIREN", "FR", r"\d{3} ?\d{3} ?\d{3}", "siren|numéro siren", stdnum("fr.siren")),
    Kind(
        "BE_NN", "BE", r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}|\d{2} \d{2} \d{2} \d{3} \d{2}",
        "rijksregisternummer", checks.belgian, alone=0.6,
    ),
    Kind(
        "BE_NN", "BE", digits_of(11),
        "rijksregisternummer|rijksregisternr|rrn|nrn|nn|insz|niss|numéro national|numéro de registre national|registre national"
        "|nationaal nummer|nationalregisternummer|belgian national number", checks.belgian,
    ),
    Kind(
        "NL_BSN", "NL", digits_of(9),
        "bsn|bsn-nummer|burgerservicenummer|burger service nummer|sofinummer|sofi-nummer|citizen service number",
        stdnum("nl.bsn"),
    ),
    Kind(
        "LU_MATRICULE", "LU", rf"(?:19|20)\d{{2}} ?{_MMDD} ?\d{{3}} ?\d{{2}}",
        "matricule|numéro de matricule|numéro d'identification national|sozialversicherungsnummer|luxembourg id",
        checks.luxembourgish, alone=0.6,
    ),
    Kind(
        "IE_PPS", "IE", r"\d{7}[A-W][A-IWTX]?",
        "pps|ppsn|pps number|pps no|personal public service|personal public service number", stdnum("ie.pps"), alone=0.4,
    ),
    Kind("UK_NHS", "GB", digits_of(10), "nhs|nhs number|nhs no|national health service", known.uk_nhs),
    Kind(
        "UK_NINO", "GB", r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]",
        "nino|ni number|ni no|national insurance|national insurance number|national insurance no", alone=0.5,
    ),
    Kind("UK_UTR", "GB", r"\d{5} ?\d{5}", "utr|unique taxpayer reference|self assessment", stdnum("gb.utr")),
    Kind(
        "PT_NIF", "PT", r"(?:PT ?)?[1-9]\d{2}[ .]?\d{3}[ .]?\d{3}",
        "nif|contribuinte|nº contribuinte|número de contribuinte|número de identificação fiscal|nipc", stdnum("pt.nif"),
    ),
    Kind(
        "PT_CC", "PT", r"\d{8} ?\d ?[A-Z0-9]{2}\d",
        "cartão de cidadão|cartao de cidadao|número do cartão de cidadão|cc|citizen card", stdnum("pt.cc"),
    ),
    Kind(
        "ES_NIF", "ES", r"(?:ES ?)?(?:\d{8}[ -]?[A-Z]|[A-HJ-NP-SUVWXYZ][ -]?\d{7}[ -]?[0-9A-Z])",
        "nif|dni|cif|n.i.f|d.n.i|documento nacional de identidad|número de identificación fiscal", stdnum("es.nif"), alone=0.5,
    ),
    Kind(
        "ES_NIE", "ES", r"[XYZ][ -]?\d{7}[ -]?[A-Z]",
        "nie|n.i.e|número de identidad de extranjero|número de extranjero|foreigner identity number", stdnum("es.nie"),
        alone=0.6,
        everywhere=True,
    ),
    Kind("AD_NRT", "AD", r"[A-Z][ -]?\d{6}[ -]?[A-Z]", "nrt|número de registre tributari", stdnum("ad.nrt")),
)  # fmt: skip

MIDDLE = (
    Kind(
        "DE_TAX_ID", "DE", r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}",
        "steuer-id|steuerid|steueridentifikationsnummer|steuer-identifikationsnummer|steuerliche identifikationsnummer|idnr"
        "|steuer-idnr|identifikationsnummer|german tax id", known.german_tax_id,
    ),
    Kind(
        "DE_VAT_ID", "DE", r"DE ?\d{3} ?\d{3} ?\d{3}", "ust-idnr|ust-id|ustidnr|umsatzsteuer-id|vat|vat id|vat number|vat no",
        stdnum("de.vat"), alone=0.6, everywhere=True,
    ),
    Kind(
        "DE_TAX_NUMBER", "DE", r"\d{2,3}[/ ]\d{3,4}[/ ]\d{4}(?: ?\d)?|\d{10,11}|\d{13}",
        "steuernummer|steuernr|steuer-nr|st.-nr|st-nr|stnr", stdnum("de.stnr"),
    ),
    Kind(
        "DE_SOCIAL_SECURITY", "DE", rf"\d{{2}} ?(?:{_DAY}|[5-8]\d){_MONTH}\d{{2}} ?[A-Z] ?\d{{3}}",
        "sozialversicherungsnummer|rentenversicherungsnummer|versicherungsnummer|sv-nummer|sv-nr|svnr|rvnr",
        known.german_pension,
    ),
    Kind(
        "DE_HEALTH_INSURANCE", "DE", r"[A-Z] ?\d{9}",
        "krankenversicherungsnummer|krankenversichertennummer|versichertennummer|versicherten-nr|kvnr|krankenkassennummer"
        "|krankenkasse", known.german_health,
    ),
    Kind(
        "DE_ID_CARD", "DE", r"[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{7}\d|T\d{8}",
        "personalausweis|personalausweisnummer|personalausweis-nr|ausweisnummer|ausweis-nr|perso|personalausweisnr",
        known.german_identity_card, decisive=False,
    ),
    Kind(
        "DE_PASSPORT", "DE", r"[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{7}\d",
        "reisepass|reisepassnummer|reisepass-nr|passnummer|pass-nr", known.travel_document, decisive=False,
    ),
    Kind(
        "DE_FUEHRERSCHEIN", "DE", r"[A-Z]{2}\d{8}[A-Z0-9]|[A-Z]\d{2}[A-Z0-9]{6}\d[A-Z0-9]",
        "führerschein|führerscheinnummer|führerschein-nr|fuehrerschein|fahrerlaubnisnummer|fahrerlaubnis",
    ),
    Kind(
        "DE_KFZ", "DE", r"[A-ZÄÖÜ]{1,3}[ -][A-Z]{1,2}[ -]?\d{1,4}[EH]?",
        "kennzeichen|kfz-kennzeichen|autokennzeichen|nummernschild|kfz",
    ),
    Kind(
        "DE_HANDELSREGISTER", "DE", r"HR[AB] ?\d{2,6}",
        "handelsregister|handelsregisternummer|registernummer|amtsgericht|registergericht", alone=0.5,
    ),
    Kind(
        "AT_VNR", "AT", rf"\d{{4}} ?{_DAY}(?:0[1-9]|1[0-5])\d{{2}}",
        "sozialversicherungsnummer|versicherungsnummer|sv-nummer|sv-nr|svnr|vnr|e-card", stdnum("at.vnr"),
    ),
    Kind(
        "CH_SSN", "CH", r"756\.?\d{4}\.?\d{4}\.?\d{2}",
        "ahv|ahv-nr|ahv-nummer|ahvn13|avs|numéro avs|numero avs|n° avs|sozialversicherungsnummer|ssn", stdnum("ch.ssn"),
        alone=0.6, everywhere=True,
    ),
    Kind(
        "CZ_RC", "CZ", rf"{_BORN}/\d{{3,4}}", "rodné číslo|rodne cislo|rč|r.č|rc|birth number", stdnum("cz.rc"), alone=0.6,
    ),
    Kind("CZ_RC", "CZ", rf"{_BORN}\d{{3,4}}", "rodné číslo|rodne cislo|rč|r.č|rc|birth number", stdnum("cz.rc")),
    Kind(
        "SK_RC", "SK", rf"{_BORN}/?\d{{3,4}}", "rodné číslo|rodne cislo|rč|r.č|rc|birth number", stdnum("sk.rc"), alone=0.4,
    ),
    Kind(
        "PL_PESEL", "PL", r"\d{2}(?:[02468][1-9]|[13579][0-2])(?:0[1-9]|[12]\d|3[01])\d{5}",
        "pesel|nr pesel|numer pesel|pesel number", known.pesel,
    ),
    Kind("PL_NIP", "PL", r"\d{3}-?\d{3}-?\d{2}-?\d{2}|\d{3}-\d{2}-\d{2}-\d{3}", "nip|nr nip|numer nip", stdnum("pl.nip")),
    Kind(
        "PL_ID_CARD", "PL", r"[A-Z]{3} ?\d{6}", "dowód osobisty|dowód|dowodu|dowodu osobistego|nr dowodu"
        "|numer dowodu osobistego",
        checks.polish_card,
    ),
    Kind("HU_TAJ", "HU", r"\d{3}[ -]?\d{3}[ -]?\d{3}", "taj|taj szám|taj-szám|tajszám", checks.hungarian_health),
    Kind("HU_ANUM", "HU", r"\d{8}(?:-?\d-?\d{2})?", "adószám|adószáma|hungarian tax number", stdnum("hu.anum")),
)  # fmt: skip

SOUTH = (
    Kind(
        "IT_FISCAL_CODE", "IT", r"[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]",
        "codice fiscale|codicefiscale|cod. fiscale|cod. fisc|cf|c.f|italian tax code", stdnum("it.codicefiscale"),
        alone=0.6, everywhere=True,
    ),
    Kind("IT_FISCAL_CODE", "IT", r"\d{11}", "codice fiscale|codicefiscale|cod. fiscale", stdnum("it.codicefiscale")),
    Kind("IT_VAT_CODE", "IT", r"(?:IT ?)?\d{11}", "partita iva|p. iva|p.iva|piva|iva", stdnum("it.iva")),
    Kind("GR_AMKA", "GR", rf"{_DDMM}\d{{2}} ?\d{{5}}", "αμκα|amka|α.μ.κ.α", stdnum("gr.amka"), alone=0.4),
    Kind("GR_AFM", "GR", r"(?:EL ?)?\d{9}", "αφμ|afm|α.φ.μ", stdnum("gr.vat")),
    Kind("CY_TIC", "CY", r"(?:CY ?)?\d{8}[A-Z]", "tic|cyprus tax|αφτ|φπα", stdnum("cy.vat")),
    Kind("MT_ID", "MT", r"\d{5,7}[MGAPLHBZ]", "karta tal-identità|maltese id|malta id card|identity card|id card"),
    Kind("HR_OIB", "HR", r"(?:HR ?)?\d{11}", "oib|osobni identifikacijski broj", stdnum("hr.oib")),
    Kind("SI_EMSO", "SI", _JMBG, "emšo|emso|enotna matična številka", stdnum("si.emso"), alone=0.4),
    Kind("SI_TAX_NUMBER", "SI", r"(?:SI ?)?[1-9]\d{7}", "davčna številka|davčna|id za ddv", stdnum("si.ddv")),
    Kind("RS_JMBG", "RS", _JMBG, _JMBG_NAMES, stdnum("si.emso"), alone=0.4),
    Kind("BA_JMBG", "BA", _JMBG, _JMBG_NAMES, stdnum("si.emso"), alone=0.4),
    Kind("ME_JMBG", "ME", _JMBG, _JMBG_NAMES, stdnum("si.emso"), alone=0.4),
    Kind("MK_EMBG", "MK", _JMBG, "ембг|embg|матичен број|matičen broj", stdnum("si.emso"), alone=0.4),
    Kind("AL_NIPT", "AL", r"[A-M]\d{8}[A-Z]", "nipt|nuis", stdnum("al.nipt"), alone=0.4),
)  # fmt: skip

EAST = (
    Kind(
        "RO_CNP", "RO", rf"[1-9]\d{{2}}{_MMDD}\d{{6}}", "cnp|cod numeric personal|cod numeric|romanian id", stdnum("ro.cnp"),
        alone=0.4,
    ),
    Kind("RO_CUI", "RO", r"(?:RO ?)?[1-9]\d{5,9}", "cui|cod unic de înregistrare|cod fiscal", stdnum("ro.cf")),
    Kind("BG_EGN", "BG", rf"\d{{2}}(?:[024][1-9]|[135][0-2]){_DAY}\d{{4}}", "егн|egn|единен граждански номер",
         stdnum("bg.egn")),
    Kind("BG_PNF", "BG", r"\d{10}", "лнч|lnch|личен номер на чужденец", stdnum("bg.pnf")),
    Kind("UA_RNTRC", "UA", r"\d{10}", "рнокпп|іпн|ідентифікаційний код|rntrc|rnokpp", stdnum("ua.rntrc")),
    Kind("UA_EDRPOU", "UA", r"\d{8}", "єдрпоу|edrpou", stdnum("ua.edrpou")),
    Kind("RU_INN", "RU", r"\d{12}|\d{10}", "инн|inn|russian tax number", stdnum("ru.inn")),
    Kind("RU_SNILS", "RU", r"\d{3}-\d{3}-\d{3}[ -]\d{2}", "снилс|snils", checks.snils, alone=0.6, everywhere=True),
    Kind("RU_SNILS", "RU", digits_of(11), "снилс|snils", checks.snils),
    Kind("RU_PASSPORT", "RU", r"\d{2} ?\d{2} ?\d{6}", "паспорт|паспорта|серия и номер|паспорт рф", enough(10)),
    Kind("BY_UNP", "BY", r"[A-Z]{2}\d{7}|\d{9}", "унп|unp", stdnum("by.unp")),
    Kind(
        "BY_PERSONAL_NUMBER", "BY", r"[1-6]\d{6}[ABCHKEM]\d{3}[A-Z]{2}\d", "личный номер|идентификационный номер"
        "|асабісты нумар",
        checks.belarusian, alone=0.5, everywhere=True,
    ),
    Kind("MD_IDNO", "MD", r"[0-2]\d{12}", "idno|idnp|cod personal", stdnum("md.idno"), alone=0.4),
    Kind("GE_PERSONAL_NUMBER", "GE", r"\d{11}", "პირადი ნომერი|პ/ნ|georgian personal number", enough(11)),
    Kind("AZ_VOEN", "AZ", r"\d{10}", "vöen|voen", stdnum("az.voen")),
    Kind(
        "TR_NATIONAL_ID", "TR", r"[1-9]\d{10}",
        "tckn|tc|t.c|tc no|tc kimlik|tc kimlik no|t.c. kimlik no|tckimlik|kimlik no|kimlik numarası|kimlik numaram|turkish id",
        known.turkish,
    ),
    Kind("TR_VKN", "TR", r"\d{10}", "vkn|vergi no|vergi numarası|vergi kimlik no|vergi kimlik numarası", stdnum("tr.vkn")),
)  # fmt: skip

KINDS = (*NORTH, *WEST, *MIDDLE, *SOUTH, *EAST)
