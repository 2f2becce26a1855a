"""Words for many kinds of personal data at once: `pii: [contact, money, national_ids]`. What a kind is called depends on no
detector, so a group names kinds that some installations cannot find; a rule then asks for those that can be found.

Each kind that ships stands in one group or in `ALONE`, with the reason why no group has it.
"""

from __future__ import annotations

GROUPS: dict[str, frozenset[str]] = {
    name: frozenset(kinds.split())
    for name, kinds in {
        # How to reach someone.
        "contact": "EMAIL_ADDRESS PHONE_NUMBER",
        # Cards, accounts, wallets.
        "money": """
            CREDIT_CARD CARD_SECURITY_CODE IBAN_CODE BANK_ACCOUNT US_BANK_NUMBER NZ_BANK_ACCOUNT AR_CBU CRYPTO
        """,
        # Numbers that states give to people, tax numbers of people and of those who are their own firm.
        "national_ids": """
            NATIONAL_ID TAX_ID AD_NRT AE_EMIRATES_ID AL_NIPT AR_CUIT AR_DNI AT_VNR AU_TFN AZ_VOEN BA_JMBG BD_NID
            BE_NN BG_EGN BG_PNF BO_CI BR_CPF BR_PIS BR_RG BR_TITULO_ELEITOR BY_PERSONAL_NUMBER BY_UNP CA_SIN
            CH_SSN CL_RUT CN_RIC CN_SOCIAL_SECURITY CO_CEDULA CO_NIT CR_CPF CU_NI CY_TIC CZ_RC
            DE_SOCIAL_SECURITY DE_TAX_ID DE_TAX_NUMBER DK_CPR DO_CEDULA DZ_NIF EC_CI EC_RUC EE_IK EG_NATIONAL_ID
            EG_TN ES_NIE ES_NIF FI_PERSONAL_IDENTITY_CODE FR_NIF FR_NIR GE_PERSONAL_NUMBER GH_CARD GH_TIN
            GN_NIFP GR_AFM GR_AMKA GT_DPI GT_NIT HK_HKID HN_RTN HR_OIB HU_TAJ ID_KK ID_NIK ID_NIP ID_NPWP IE_PPS
            IL_IDNR IN_AADHAAR IN_PAN IN_VID IN_VOTER IR_NATIONAL_ID IS_KENNITALA IT_FISCAL_CODE JP_MY_NUMBER
            KE_NATIONAL_ID KE_PIN KR_FRN KR_RRN KW_CIVIL_ID KZ_IIN LK_NIC LT_ASMENS LU_MATRICULE LV_PK MD_IDNO
            ME_JMBG MK_EMBG MT_ID MU_NID MX_CURP MX_NSS MX_RFC MY_NRIC MZ_NUIT NG_BVN NG_NIN NL_BSN
            NO_FODSELSNUMMER NP_CITIZENSHIP NZ_IRD PA_CEDULA PE_CE PE_DNI PE_RUC PH_PHILSYS PH_SSS PH_TIN
            PH_UMID PK_CNIC PL_NIP PL_PESEL PT_NIF PY_RUC QA_QID RO_CNP RS_JMBG RU_INN RU_SNILS RW_NATIONAL_ID
            SA_NATIONAL_ID SE_PERSONNUMMER SG_NRIC_FIN SI_EMSO SI_TAX_NUMBER SK_RC SV_DUI SV_NIT TH_TNIN TN_CIN
            TR_NATIONAL_ID TR_VKN TW_ID UA_RNTRC UG_NIN UK_NINO UK_UTR US_ITIN US_PTIN US_SSN UY_CI VE_CEDULA
            VE_RIF VN_CCCD VN_CMND VN_MST ZA_ID_NUMBER ZA_INCOME_TAX_NUMBER ZA_TRAFFIC_REGISTER_NUMBER
        """,
        # Passports, driving licences, identity cards, visas, number plates.
        "papers": """
            PASSPORT DRIVER_LICENSE VISA_NUMBER LICENSE_PLATE AU_PASSPORT BR_CNH CN_HKMO_PERMIT CN_PASSPORT
            DE_FUEHRERSCHEIN DE_ID_CARD DE_KFZ DE_PASSPORT ES_PASSPORT ID_PASSPORT ID_SIM IN_PASSPORT
            IN_VEHICLE_REGISTRATION IT_DRIVER_LICENSE IT_IDENTITY_CARD IT_PASSPORT JP_DRIVER_LICENSE JP_PASSPORT
            KR_DRIVER_LICENSE KR_PASSPORT MA_CNIE NG_VEHICLE_REGISTRATION PH_PASSPORT PL_ID_CARD PT_CC
            RU_PASSPORT TR_LICENSE_PLATE UK_DRIVING_LICENCE UK_PASSPORT UK_VEHICLE_REGISTRATION
            US_DRIVER_LICENSE US_PASSPORT ZA_DRIVER_LICENSE ZA_LICENSE_PLATE ZA_PASSPORT
        """,
        # Patients, the insured, and those who treat them.
        "health": """
            MEDICAL_RECORD_NUMBER HEALTH_INSURANCE_ID MEDICAL_LICENSE AU_MEDICARE CA_HEALTH_NUMBER
            DE_HEALTH_INSURANCE DE_LANR ID_BPJS JP_HEALTH_INSURANCE NZ_NHI PH_PHILHEALTH UK_NHS US_CLAIM_NUMBER
            US_HEALTH_INSURANCE_MEMBER_ID US_MBI US_NPI US_PRESCRIPTION_NUMBER US_PRIOR_AUTHORIZATION_NUMBER
            US_REFERRAL_NUMBER
        """,
        # Machines that belong to someone.
        "devices": "IP_ADDRESS MAC_ADDRESS IMEI",
        # Passwords, keys, tokens.
        "secrets": "SECRET",
        # When someone was born.
        "birth": "DATE_OF_BIRTH",
        # Whom an employer or a school gave a number.
        "work": "EMPLOYEE_ID STUDENT_ID",
        # Firms, and their banks: in public registers.
        "companies": """
            VAT_ID ABA_ROUTING_NUMBER AU_ABN AU_ACN AU_BSB BR_CNPJ CA_BN CN_USCC DE_BSNR DE_HANDELSREGISTER
            DE_VAT_ID DK_CVR DO_RNC FR_SIREN FR_SIRET HU_ANUM IN_GSTIN IT_VAT_CODE JP_CN KR_BRN MA_ICE NO_ORGNR
            RO_CUI SE_ORGANISATIONSNUMMER SG_UEN SN_NINEA SORT_CODE TN_MF TW_UBN UA_EDRPOU US_EIN
            US_PROVIDER_TAX_ID UY_RUT ZA_COMPANY_REGISTRATION ZA_VAT_NUMBER
        """,
    }.items()
}

#: Kinds that no group has: common in any text and seldom secret (dates, links, postcodes), or found on request only.
ALONE = frozenset({"CA_POSTAL_CODE", "DATE_TIME", "DE_PLZ", "OBFUSCATION", "UK_POSTCODE", "URL", "UUID"})
