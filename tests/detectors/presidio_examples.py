"""For every recognizer of Presidio that works by form: values made anew, and what people write before such a value.

The words before it are chosen so that Presidio's own recognizer, which asks for some of them, is sure of the value as well.
"""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.values import MAKERS, Make, drawn, form, phone

_US_DATE = ("05/17/1984", "11/3/2019", "1984-05-17", "17.5.1984", "17-MAY-1984")


class Example(NamedTuple):
    make: Make
    labels: tuple[str, ...]


EXAMPLES: dict[str, Example] = {
    "AbaRoutingRecognizer": Example(MAKERS["US_ROUTING"], ("ABA routing number", "bank routing")),
    "AuAbnRecognizer": Example(MAKERS["AU_ABN"], ("ABN", "Australian business number")),
    "AuAcnRecognizer": Example(MAKERS["AU_ACN"], ("ACN", "Australian company number")),
    "AuMedicareRecognizer": Example(MAKERS["AU_MEDICARE"], ("Medicare card", "medicare number")),
    "AuTfnRecognizer": Example(MAKERS["AU_TFN"], ("TFN", "tax file number")),
    "CaPostalCodeRecognizer": Example(drawn("K1A 0B1", "V6B 2W9", "H2X 1Y4"), ("postal code", "postcode")),
    "CaSinRecognizer": Example(MAKERS["CA_SIN"], ("SIN", "social insurance number")),
    "CreditCardRecognizer": Example(MAKERS["CREDIT_CARD"], ("credit card", "my Visa card")),
    "CryptoRecognizer": Example(MAKERS["CRYPTO"], ("bitcoin wallet", "send btc to")),
    "DateRecognizer": Example(drawn(*_US_DATE), ("date of arrival", "birthday")),
    "DeBsnrRecognizer": Example(form("35#######"), ("Betriebsstättennummer", "BSNR")),
    "DeFuehrerscheinRecognizer": Example(form("BA########5", "MU########K"), ("Führerscheinnummer", "Führerschein")),
    "DeHandelsregisterRecognizer": Example(form("HRB #####", "HRA ####"), ("Handelsregister", "Amtsgericht")),
    "DeHealthInsuranceRecognizer": Example(MAKERS["DE_HEALTH_INSURANCE"], ("Krankenversicherungsnummer", "KVNR")),
    "DeIdCardRecognizer": Example(MAKERS["DE_DOCUMENT"], ("Personalausweis", "Ausweisnummer")),
    "DeKfzRecognizer": Example(drawn("M-AB 1234", "HH-XY 77", "KS-AB-123", "B-MW-2019"), ("Kennzeichen", "Kfz-Kennzeichen")),
    "DeLanrRecognizer": Example(MAKERS["DE_LANR"], ("LANR", "Arztnummer")),
    "DePassportRecognizer": Example(MAKERS["DE_DOCUMENT"], ("Reisepass", "Passnummer")),
    "DePlzRecognizer": Example(drawn("10115", "80331", "20095", "01067"), ("PLZ", "Postleitzahl")),
    "DeSocialSecurityRecognizer": Example(
        MAKERS["DE_SOCIAL_SECURITY"], ("Rentenversicherungsnummer", "Sozialversicherungsnummer")
    ),
    "DeTaxIdRecognizer": Example(MAKERS["DE_TAX_ID"], ("Steuer-ID", "Steueridentifikationsnummer")),
    "DeTaxNumberRecognizer": Example(form("###/###/#####", "09###########"), ("Steuernummer", "Finanzamt")),
    "DeVatIdRecognizer": Example(MAKERS["DE_VAT_ID"], ("USt-IdNr", "Umsatzsteuer-ID")),
    "EmailRecognizer": Example(MAKERS["EMAIL_ADDRESS"], ("email", "write to")),
    "EsNieRecognizer": Example(MAKERS["ES_NIE"], ("NIE", "mi NIE es")),
    "EsNifRecognizer": Example(MAKERS["ES_NIF"], ("NIF", "DNI")),
    "EsPassportRecognizer": Example(form("PAA######", "XDB######"), ("pasaporte", "número de pasaporte")),
    "FiPersonalIdentityCodeRecognizer": Example(MAKERS["FI_PERSONAL_IDENTITY_CODE"], ("henkilötunnus", "hetu")),
    "IbanRecognizer": Example(MAKERS["IBAN_CODE"], ("IBAN", "pay to")),
    "InAadhaarRecognizer": Example(MAKERS["IN_AADHAAR"], ("Aadhaar", "my aadhaar number")),
    "InGstinRecognizer": Example(MAKERS["IN_GSTIN"], ("GSTIN", "gst number")),
    "InPanRecognizer": Example(MAKERS["IN_PAN"], ("PAN", "permanent account number")),
    "InPassportRecognizer": Example(drawn("K2314561", "Z8123459", "M7001238"), ("passport", "Indian passport")),
    "InVehicleRegistrationRecognizer": Example(drawn("KA18EY5678", "MH12AB1234", "DL3CAB1234"), ("vehicle", "registration")),
    "InVoterRecognizer": Example(form("GDN#######", "XAB#######"), ("voter id", "EPIC")),
    "IpRecognizer": Example(drawn("81.2.69.142", "145.40.1.7", "2a02:6b8::feed:ff", "91.198.174.192/24"), ("IP", "from")),
    "ItDriverLicenseRecognizer": Example(form("RM#######K", "MI#######A"), ("patente di guida", "patente")),
    "ItFiscalCodeRecognizer": Example(MAKERS["IT_FISCAL_CODE"], ("codice fiscale", "CF")),
    "ItIdentityCardRecognizer": Example(form("AA#######", "CA#####AA"), ("carta", "documento")),
    "ItPassportRecognizer": Example(form("YA#######", "YB#######"), ("passaporto", "passaporto italiano")),
    "ItVatCodeRecognizer": Example(MAKERS["IT_VAT_CODE"], ("partita IVA", "piva")),
    "KrBrnRecognizer": Example(MAKERS["KR_BRN"], ("사업자등록번호", "BRN")),
    "KrDriverLicenseRecognizer": Example(form("11-##-######-##", "28-##-######-##"), ("운전면허번호", "면허번호")),
    "KrFrnRecognizer": Example(MAKERS["KR_FRN"], ("외국인등록번호", "FRN")),
    "KrPassportRecognizer": Example(form("M###A####", "M########"), ("여권", "Korean passport")),
    "KrRrnRecognizer": Example(MAKERS["KR_RRN"], ("RRN", "Resident Registration Number")),
    "MacAddressRecognizer": Example(MAKERS["MAC_ADDRESS"], ("MAC address", "ethernet")),
    "MedicalLicenseRecognizer": Example(MAKERS["US_DEA"], ("DEA", "medical certificate DEA")),
    "NgNinRecognizer": Example(MAKERS["NG_NIN"], ("NIN", "national identification number")),
    "NgVehicleRegistrationRecognizer": Example(form("ABC-###DE", "KJA###XY"), ("plate number", "vehicle registration")),
    "NhsRecognizer": Example(MAKERS["UK_NHS"], ("NHS", "NHS number")),
    "PhPassportRecognizer": Example(form("P#######A", "EB#######"), ("passport", "passport number")),
    "PhTinRecognizer": Example(MAKERS["PH_TIN"], ("TIN", "taxpayer identification number")),
    "PhUmidRecognizer": Example(form("####-#######-#"), ("UMID", "CRN")),
    "PhoneRecognizer": Example(phone("US", abroad=True), ("phone", "call me at")),
    "PlPeselRecognizer": Example(MAKERS["PL_PESEL"], ("PESEL", "mój PESEL")),
    "SeOrganisationsnummerRecognizer": Example(MAKERS["SE_ORGANISATIONSNUMMER"], ("organisationsnummer", "orgnr")),
    "SePersonnummerRecognizer": Example(MAKERS["SE_PERSONNUMMER"], ("personnummer", "mitt personnummer är")),
    "SgFinRecognizer": Example(drawn("S1234567D", "T0123456G", "F1234567N"), ("NRIC", "FIN")),
    "SgUenRecognizer": Example(MAKERS["SG_UEN"], ("UEN", "unique entity number")),
    "ThTninRecognizer": Example(MAKERS["TH_TNIN"], ("เลขประจำตัวประชาชน", "TNIN")),
    "TrLicensePlateRecognizer": Example(drawn("34 ABC 123", "06 TR 4567", "35-KLM-89"), ("plaka", "plaka numarası")),
    "TrNationalIdRecognizer": Example(MAKERS["TR_NATIONAL_ID"], ("TC kimlik no", "TCKN")),
    "UkDrivingLicenceRecognizer": Example(drawn("MORGA753116SM9IJ", "SMITH901018AB9CD"), ("driving licence", "DVLA number")),
    "UkNinoRecognizer": Example(MAKERS["UK_NINO"], ("NI number", "national insurance")),
    "UkPassportRecognizer": Example(form("AB#######", "GB#######"), ("passport", "UK passport")),
    "UkPostcodeRecognizer": Example(drawn("SW1A 1AA", "M1 1AE", "EC1A 1BB"), ("postcode", "delivery address, postcode")),
    "UkVehicleRegistrationRecognizer": Example(drawn("AB12 CDE", "LK19XYZ", "BD51 SMR"), ("number plate", "vehicle")),
    "UrlRecognizer": Example(drawn("https://contoso.com/a/b", "http://www.fabrikam.com/"), ("link", "see")),
    "UsBankRecognizer": Example(form("7###########", "8#########"), ("bank account", "account#")),
    "UsClaimNumberRecognizer": Example(form("CLM-########", "########"), ("claim number", "medical claim")),
    "UsHealthInsuranceMemberIdRecognizer": Example(form("XYZ#########", "ABC-#########"), ("member id", "insurance policy")),
    "UsItinRecognizer": Example(MAKERS["US_ITIN"], ("ITIN", "individual taxpayer number")),
    "UsLicenseRecognizer": Example(form("D#######", "S############"[:9]), ("driver license", "driver's license")),
    "UsMbiRecognizer": Example(drawn("1EG4-TE5-MK73", "1EG4TE5MK73", "3AC8-FG2-HJ55"), ("Medicare", "MBI")),
    "UsNpiRecognizer": Example(MAKERS["US_NPI"], ("NPI", "national provider identifier")),
    "UsPassportRecognizer": Example(form("A########", "5########"), ("US passport", "passport")),
    "UsPrescriptionNumberRecognizer": Example(form("RX-########", "########"), ("prescription number", "Rx #")),
    "UsPriorAuthorizationNumberRecognizer": Example(form("PA-########", "########"), ("prior auth", "preauthorization")),
    "UsProviderTaxIdRecognizer": Example(form("36-#######", "47-#######"), ("provider tax ID", "billing EIN")),
    "UsReferralNumberRecognizer": Example(form("REF-########", "########"), ("referral number", "infusion referral")),
    "UsSsnRecognizer": Example(MAKERS["US_SSN"], ("SSN", "social security number")),
    "UuidRecognizer": Example(form("3f2504e0-4f89-41d3-9a0c-############"), ("uuid", "guid")),
    "ZaCompanyRegistrationRecognizer": Example(form("2010/######/07", "1998/######/23"), ("company registration", "CIPC")),
    "ZaDriverLicenseRecognizer": Example(form("60########AB", "40########XY"), ("driving licence", "licence")),
    "ZaIdNumberRecognizer": Example(MAKERS["ZA_ID_NUMBER"], ("ID number", "South African ID")),
    "ZaIncomeTaxNumberRecognizer": Example(form("9#########", "0#########"), ("SARS income tax number", "tax reference")),
    "ZaLicensePlateRecognizer": Example(drawn("CA 123 WP", "BC12DEGP", "ND 456 ZN"), ("number plate", "vehicle registration")),
    "ZaPassportRecognizer": Example(form("A########", "M########"), ("South African passport", "passport")),
    "ZaTrafficRegisterNumberRecognizer": Example(form("###########12"), ("traffic register number", "TRN")),
    "ZaVatNumberRecognizer": Example(form("4#########"), ("VAT number", "VAT registration")),
}  # fmt: skip
