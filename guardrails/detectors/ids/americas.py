"""Ids and tax numbers of people, and of the firms they run alone, in the Americas. Forms and arithmetic: each issuer's own."""

from __future__ import annotations

from guardrails.detectors import checksums as known
from guardrails.detectors.ids import checks
from guardrails.detectors.ids.kind import Kind, digits_of, enough, stdnum

_SSN_NAMES = "ssn|ssns|social security|social security number|social security no|soc sec|soc sec no|social"
_MMDD = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_STATES = r"(?:AS|B[CS]|C[CLMSH]|D[FG]|G[TR]|HG|JC|M[CNS]|N[ETL]|OC|PL|Q[TR]|S[PLR]|T[CSL]|VZ|YN|ZS)"

NORTH = (
    Kind("US_SSN", "US", r"\d{3}[- ]?\d{2}[- ]?\d{4}", _SSN_NAMES, known.us_ssn),
    Kind("US_SSN", "US", r"\d{3}-\d{2}-\d{4}", "tax id|taxpayer id|tin|tax identification number", known.us_ssn),
    Kind(
        "US_SSN", "US", r"(?=[-\d]{0,10}[OoQDlIiSBGZ])[\dOoQDlIiSBGZ]{3}-[\dOoQDlIiSBGZ]{2}-[\dOoQDlIiSBGZ]{4}",
        _SSN_NAMES, checks.scanned_ssn,
    ),
    Kind(
        "US_ITIN", "US", r"9\d{2}[- ]?(?:5\d|6[0-5]|[78]\d|9[0-24-9])[- ]?\d{4}",
        "itin|individual taxpayer identification number|taxpayer id", stdnum("us.itin"),
    ),
    Kind("US_EIN", "US", r"\d{2}-\d{7}", "ein|fein|employer identification number|federal tax id|tax id|tin|employer id",
         stdnum("us.ein")),
    Kind("US_PTIN", "US", r"P\d{8}", "ptin|preparer tax identification number", stdnum("us.ptin")),
    Kind("US_MBI", "US", r"[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?"
         r"[AC-HJKMNP-RT-Y]{2}\d{2}", "mbi|medicare|medicare id|medicare number|medicare no|medicare beneficiary identifier",
         alone=0.5),
    Kind(
        "CA_SIN", "CA", r"\d{3}[- ]?\d{3}[- ]?\d{3}",
        "sin|sin number|social insurance number|social insurance|nas|numéro d'assurance sociale|assurance sociale",
        stdnum("ca.sin"),
    ),
    Kind("CA_BN", "CA", r"\d{9}(?:[A-Z]{2}\d{4})?", "bn|business number|craft business number", stdnum("ca.bn")),
    Kind("CA_HEALTH_NUMBER", "CA", r"\d{4}[- ]?\d{3}[- ]?\d{3}(?:[- ]?[A-Z]{2})?",
         "ohip|health card|health card number|phn|personal health number|ramq|carte soleil", enough(10)),
    Kind(
        "MX_CURP", "MX", rf"[A-Z][AEIOUX][A-Z]{{2}}\d{{2}}{_MMDD}[HMX]{_STATES}[B-DF-HJ-NP-TV-Z]{{3}}[0-9A-Z]\d",
        "curp|clave única de registro de población|clave curp", stdnum("mx.curp"), alone=0.9, everywhere=True,
    ),
    Kind("MX_CURP", "MX", rf"[A-Z]{{4}}\d{{2}}{_MMDD}[HMX][A-Z]{{5}}[0-9A-Z]\d", "curp|clave curp", stdnum("mx.curp")),
    Kind(
        "MX_RFC", "MX", rf"[A-ZÑ&]{{3,4}}[- ]?\d{{2}}{_MMDD}[- ]?[0-9A-Z]{{2}}[0-9A]",
        "rfc|r.f.c|registro federal de contribuyentes", stdnum("mx.rfc"), alone=0.5,
    ),
    Kind("MX_NSS", "MX", digits_of(11), "nss|imss|número de seguridad social", lambda value: known.luhn(known.digits(value))),
)  # fmt: skip

BRAZIL = (
    Kind("BR_CPF", "BR", r"\d{3}\.\d{3}\.\d{3}-\d{2}", "cpf|cadastro de pessoas físicas", stdnum("br.cpf"), alone=0.9,
         everywhere=True),
    Kind("BR_CPF", "BR", digits_of(11), "cpf|cpf n|cpf nº|cadastro de pessoas físicas", stdnum("br.cpf")),
    Kind("BR_CNPJ", "BR", r"\d{2}\. ?[0-9A-Z]{3}\.[0-9A-Z]{3} ?/[0-9A-Z]{4}[-–]\d{2}", "cnpj", stdnum("br.cnpj"), alone=0.9,
         everywhere=True),
    Kind("BR_CNPJ", "BR", r"[0-9A-Z]{12}\d{2}", "cnpj|cnpj nº|cadastro nacional da pessoa jurídica", stdnum("br.cnpj")),
    Kind("BR_RG", "BR", r"\d{1,2}\.?\d{3}\.?\d{3}-?[0-9X]", "rg|rg nº|registro geral|carteira de identidade|identidade"),
    Kind("BR_CNH", "BR", r"\d{11}", "cnh|carteira de motorista|carteira nacional de habilitação", enough(11)),
    Kind("BR_PIS", "BR", r"\d{3}\.?\d{5}\.?\d{2}-?\d", "pis|pasep|nit|pis/pasep", checks.brazilian_worker),
    Kind("BR_TITULO_ELEITOR", "BR", r"\d{4} ?\d{4} ?\d{4}", "título de eleitor|titulo de eleitor|título eleitoral", enough(12)),
)  # fmt: skip

SOUTH = (
    Kind("AR_DNI", "AR", r"\d{1,2}\.\d{3}\.\d{3}|\d{7,8}", "dni|d.n.i|documento nacional de identidad",
         stdnum("ar.dni")),
    Kind("AR_CUIT", "AR", r"(?:2[03457]|3[034])-\d{8}-\d", "cuit|cuil|c.u.i.t|c.u.i.l", stdnum("ar.cuit"), alone=0.6,
         everywhere=True),
    Kind("AR_CUIT", "AR", r"(?:2[03457]|3[034])\d{9}", "cuit|cuil", stdnum("ar.cuit")),
    Kind("AR_CBU", "AR", r"\d{8} ?\d{14}", "cbu|clave bancaria uniforme", stdnum("ar.cbu"), alone=0.5),
    Kind("CL_RUT", "CL", r"\d{1,2}\.\d{3}\.\d{3}-[0-9K]", "rut|run|r.u.t|cédula", stdnum("cl.rut"), alone=0.7, everywhere=True),
    Kind("CL_RUT", "CL", r"\d{7,8}-[0-9K]", "rut|run|r.u.t|cédula", stdnum("cl.rut"), alone=0.5),
    Kind("CL_RUT", "CL", r"\d{7,8}[0-9K]", "rut|r.u.t", stdnum("cl.rut")),
    Kind("CO_NIT", "CO", r"\d{3}\.\d{3}\.\d{3}-\d|\d{8,9}-\d|\d{9,10}", "nit|rut|n.i.t", stdnum("co.nit")),
    Kind("CO_CEDULA", "CO", r"\d{1,3}(?:\.\d{3}){2,3}|\d{6,10}",
         "cédula de ciudadanía|cedula de ciudadania|cédula|cedula|c.c|cédula no", enough(6)),
    Kind("PE_DNI", "PE", r"\d{8}(?:-\d)?", "dni|documento nacional de identidad", enough(8)),
    Kind("PE_CE", "PE", r"0\d{8}", "carné de extranjería|carnet de extranjería|carnet de extranjeria", enough(9)),
    Kind("PE_RUC", "PE", r"(?:1[05]|20)\d{9}", "ruc|r.u.c", stdnum("pe.ruc")),
    Kind("EC_CI", "EC", r"\d{9}-?\d", "cédula|cedula|ci|c.i|cédula de identidad|cedula de identidad", stdnum("ec.ci")),
    Kind("EC_RUC", "EC", r"\d{13}", "ruc|r.u.c", stdnum("ec.ruc")),
    Kind("UY_CI", "UY", r"\d\.?\d{3}\.?\d{3}-\d", "cédula|cedula|ci|c.i|cédula de identidad", checks.uruguayan),
    Kind("UY_RUT", "UY", r"\d{12}", "rut|r.u.t", stdnum("uy.rut")),
    Kind("PY_RUC", "PY", r"\d{5,8}-\d", "ruc|r.u.c", stdnum("py.ruc")),
    Kind("VE_RIF", "VE", r"[VEJPG]-?\d{8}-?\d", "rif|r.i.f", stdnum("ve.rif")),
    Kind("VE_CEDULA", "VE", r"[VE]-?\d{1,2}\.?\d{3}\.?\d{3}", "cédula|cedula|cédula de identidad", enough(7)),
    Kind("BO_CI", "BO", r"\d{5,8}(?: [A-Z]{2})?", "carnet de identidad", enough(6)),
)  # fmt: skip

CENTRAL = (
    Kind("CR_CPF", "CR", r"0?\d-?\d{4}-?\d{4}", "cédula|cedula|cédula física|cédula de identidad", stdnum("cr.cpf")),
    Kind("CU_NI", "CU", rf"\d{{2}}{_MMDD}\d{{5}}", "carné de identidad|carne de identidad", stdnum("cu.ni")),
    Kind("DO_CEDULA", "DO", r"\d{3}-\d{7}-\d", "cédula|cedula|cédula de identidad", stdnum("do.cedula"), alone=0.5),
    Kind("DO_CEDULA", "DO", r"\d{11}", "cédula|cedula|cédula de identidad", stdnum("do.cedula")),
    Kind("DO_RNC", "DO", r"\d-?\d{2}-?\d{5}-?\d", "rnc|r.n.c", stdnum("do.rnc")),
    Kind("GT_NIT", "GT", r"\d{6,8}-?[0-9K]", "nit|n.i.t", stdnum("gt.nit")),
    Kind("GT_DPI", "GT", r"\d{4} ?\d{5} ?\d{4}", "dpi|cui|documento personal de identificación", enough(13)),
    Kind("SV_NIT", "SV", r"\d{4}-?\d{6}-?\d{3}-?\d", "nit|n.i.t", stdnum("sv.nit")),
    Kind("SV_DUI", "SV", r"\d{8}-\d", "dui|documento único de identidad", enough(9)),
    Kind("HN_RTN", "HN", r"\d{4}-?\d{4}-?\d{5,6}", "rtn|dni|identidad", enough(13)),
    Kind("PA_CEDULA", "PA", r"(?:\d{1,2}|PE|E|N)-\d{1,4}-\d{1,6}", "cédula|cedula|cip", enough(5)),
)  # fmt: skip

KINDS = (*NORTH, *BRAZIL, *SOUTH, *CENTRAL)
