"""Ids and tax numbers of people, and of the firms they run alone, in Asia. Forms and arithmetic: each issuer's own."""

from __future__ import annotations

from guardrails.detectors import checksums as known
from guardrails.detectors.ids import checks
from guardrails.detectors.ids.kind import Kind, digits_of, either, enough, of, stdnum

_DAY, _MONTH = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])"
_REGION = r"[1-9]\d(?:\d{2}){2}"
_RIC_NAMES = "身份证|身份证号|身份证号码|身份证件号码|居民身份证|公民身份号码|身分证号|chinese id|resident id|china id|id card"

INDONESIA = (
    Kind(
        "ID_NIK", "ID", rf"{_REGION}(?:[04][1-9]|[1256]\d|[37][01]){_MONTH}\d{{2}}\d{{4}}",
        "nik|nomor induk kependudukan|no ktp|nomor ktp|ktp|e-ktp|no. induk kependudukan|nomor identitas|indonesian id",
        checks.indonesian_nik, alone=0.6,
    ),
    Kind(
        "ID_NIK", "ID",
        rf"{_REGION}[ .-](?:[04][1-9]|[1256]\d|[37][01]){_MONTH}\d{{2}}[ .-]\d{{4}}|\d{{4}}(?:[ -]\d{{4}}){{3}}",
        "nik|nomor induk kependudukan|no ktp|nomor ktp|ktp|e-ktp", checks.indonesian_nik,
    ),
    Kind(
        "ID_KK", "ID", rf"{_REGION}{_DAY}{_MONTH}\d{{2}}\d{{4}}",
        "kk|nokk|kartu keluarga|nomor kk|no kk|nomor kartu keluarga|family card", checks.indonesian_kk,
    ),
    Kind(
        "ID_NPWP", "ID", r"\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}",
        "npwp|nomor pokok wajib pajak|indonesian tax number", checks.indonesian_npwp, alone=0.6, everywhere=True,
    ),
    Kind(
        "ID_NPWP", "ID", rf"{digits_of(15)}|\d{{16}}|\d{{4}}(?: \d{{4}}){{3}}",
        "npwp|nomor pokok wajib pajak|indonesian tax number", checks.indonesian_npwp,
    ),
    Kind(
        "ID_BPJS", "ID", r"000\d{10}|\d{13}|\d{11}",
        "bpjs|bpjs kesehatan|bpjs ketenagakerjaan|jamsostek|jkn|kpj|kis|nomor bpjs|no peserta|nomor peserta"
        "|kartu indonesia sehat",
    ),
    Kind("ID_SIM", "ID", r"\d{4}[ -]?\d{4}[ -]?\d{4,6}", "sim|sim a|sim b|sim c|nomor sim|surat izin mengemudi"),
    Kind(
        "ID_PASSPORT", "ID", r"[A-Z]{1,2}\d{6,7}", "paspor|nomor paspor|no paspor|paspornya|nomor paspornya",
    ),
    Kind(
        "ID_NIP", "ID", rf"(?:19|20)\d{{2}}{_MONTH}{_DAY} ?(?:19|20)\d{{2}}{_MONTH} ?[12] ?\d{{3}}",
        "nip|nomor induk pegawai|pegawai negeri", alone=0.5,
    ),
    Kind(
        "LICENSE_PLATE", "ID", r"[A-Z]{1,2} ?\d{1,4} ?[A-Z]{1,3}",
        "plat|plat nomor|nomor polisi|nopol|no pol|nomor kendaraan|pelat nomor",
    ),
)  # fmt: skip

CHINA = (
    Kind(
        "CN_RIC", "CN", rf"[1-9]\d{{5}}(?:18|19|20)\d{{2}}{_MONTH}{_DAY}\d{{3}}[\dX]", _RIC_NAMES, checks.chinese_resident,
        alone=0.9, everywhere=True,
    ),
    Kind(
        "CN_RIC", "CN", rf"[1-9]\d{{5}}[ -](?:18|19|20)\d{{2}}{_MONTH}{_DAY}[ -]\d{{3}}[\dX]|[1-9]\d{{7}}{_MONTH}{_DAY}\d{{3}}",
        _RIC_NAMES.rpartition("|")[0], either(checks.chinese_resident),
    ),
    Kind(
        "CN_USCC", "CN", r"[1-9A-GY][0-9A-HJ-NPQRTUWXY]\d{6}[0-9A-HJ-NPQRTUWXY]{10}",
        "统一社会信用代码|社会信用代码|信用代码|营业执照号|纳税人识别号|税号|uscc|unified social credit code",
        checks.chinese_credit_code, alone=0.5,
    ),
    Kind(
        "CN_PASSPORT", "CN", r"(?:E[A-HJ-NP-Z]|[EGDSP])\d{8}|E[A-Z]\d{7}|1[45]\d{7}|[DS]E\d{7}|PE\d{7}",
        "护照|护照号|护照号码|護照|護照號碼|chinese passport",
    ),
    Kind(
        "CN_HKMO_PERMIT", "CN", r"[HMC]\d{8}(?:\d{2})?|[CW][A-Z]?\d{7,8}|8[13]0000(?:18|19|20)\d{10}",
        "港澳通行证|往来港澳通行证|港澳居民来往内地通行证|回乡证|通行证|通行证号|通行证号码|港澳居住证|台胞证",
    ),
    Kind("CREDIT_CARD", "CN", r"6\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?:[ -]?\d{3})?",
         "银行卡|银行卡号|银联卡|卡号|储蓄卡|借记卡",
         lambda value: known.luhn(known.digits(value)), decisive=False),
    Kind(
        "BANK_ACCOUNT", "CN", r"\d(?:[ -]?\d){8,24}",
        "账号|帐号|账户|帐户|银行账号|银行帐号|银行账户|收款账号|对公账户|開戶帳號|帳號|賬號|存折号", enough(9),
    ),
    Kind("CN_SOCIAL_SECURITY", "CN", r"[A-Z]?\d{8,18}", "社保号|社保卡号|社会保障号|社会保障号码|医保卡号|医保号", enough(8)),
    Kind("LICENSE_PLATE", "CN", r"[A-HJ-NP-Z][·.]?[A-HJ-NP-Z0-9]{5,6}",
         "京|沪|津|渝|冀|豫|云|辽|黑|湘|皖|鲁|新|苏|浙|赣|鄂|桂|甘"
         "|晋|蒙|陕|吉|闽|贵|粤|青|藏|川|宁|琼|车牌|车牌号|车牌号码", enough(3)),
    Kind("DRIVER_LICENSE", "CN", r"\d{12}|[1-9]\d{16}[\dX]",
         "驾驶证|驾驶证号|驾照|驾照号|驾驶证号码|驾驶证档案编号", enough(12)),
    Kind(
        "HK_HKID", "HK", r"[A-Z]{1,2} ?\d{6} ?\([0-9A]\)", "hkid|香港身份证|香港身份證|身份證|身份證號碼", checks.hong_kong,
        alone=0.6, everywhere=True,
    ),
    Kind(
        "HK_HKID", "HK", r"[A-Z]{1,2}\d{6}[0-9A]",
        "hkid|hong kong id|香港身份证|香港身份證|身份證|身份證號碼", checks.hong_kong,
    ),
    Kind(
        "TW_ID", "TW", r"[A-Z][1289]\d{8}",
        "身分證|身分證字號|身分證號碼|身份證字號|身份證|統一證號|居留證號|taiwan id|taiwanese id", checks.taiwanese, alone=0.5,
    ),
    Kind("TW_UBN", "TW", r"\d{8}", "統一編號|統編|统一编号|ubn|taiwan business number", stdnum("tw.ubn")),
)  # fmt: skip

EAST = (
    Kind(
        "JP_MY_NUMBER", "JP", r"\d{4}[ -]?\d{4}[ -]?\d{4}", "マイナンバー|個人番号|my number|individual number",
        checks.my_number,
    ),
    Kind("JP_CN", "JP", r"[1-9]-?\d{4}-?\d{4}-?\d{4}", "法人番号|cn|corporate number", stdnum("jp.cn")),
    Kind("JP_DRIVER_LICENSE", "JP", r"\d{12}", "運転免許証|運転免許|免許証番号|運転免許証番号"),
    Kind("JP_PASSPORT", "JP", r"[A-Z]{2}\d{7}", "旅券番号|パスポート|パスポート番号"),
    Kind("JP_HEALTH_INSURANCE", "JP", r"\d{6,8}(?:[ -]\d{1,7})?", "被保険者番号|保険証番号|保険者番号|健康保険証"),
    Kind(
        "KR_RRN", "KR", rf"\d{{2}}{_MONTH}{_DAY}-?[1-4]\d{{6}}",
        "주민등록번호|주민번호|rrn|resident registration number", known.korean, decisive=False,
    ),
    Kind(
        "KR_FRN", "KR", rf"\d{{2}}{_MONTH}{_DAY}-?[5-8]\d{{6}}",
        "외국인등록번호|외국인번호|frn|alien registration number|foreigner registration number",
        lambda value: known.korean(value, 13), decisive=False,
    ),
    Kind(
        "KR_BRN", "KR", r"\d{3} ?-? ?\d{2} ?-? ?\d{5}",
        "사업자등록번호|사업자번호|brn|business registration number", known.korean_firm,
    ),
    Kind("KR_DRIVER_LICENSE", "KR", r"[12]\d[- ]\d{2}[- ]\d{6}[- ]\d{2}|[12]\d{11}", "운전면허번호|운전면허|면허번호"),
    Kind("KR_PASSPORT", "KR", r"[MSROD]\d{3}[A-Z]\d{4}|[MSROD]\d{8}", "여권번호|여권|대한민국 여권"),
)  # fmt: skip

SOUTH_EAST = (
    Kind(
        "SG_NRIC_FIN", "SG", r"[STFGM]\d{7}[A-Z]", "nric|fin|nric/fin|ic|ic no|ic number|nric no|fin number|singapore id",
        checks.singaporean, alone=0.5, everywhere=True,
    ),
    Kind(
        "SG_NRIC_FIN", "SG", r"[STFGM]\d{7}[A-Z]", "nric|nric/fin|nric no|fin no|singapore id", decisive=False,
    ),
    Kind(
        "SG_UEN", "SG", r"\d{8,9}[A-Z]|[TSR]\d{2}[A-Z]{2}\d{4}[A-Z]", "uen|unique entity number", known.singapore_uen,
    ),
    Kind(
        "MY_NRIC", "MY", rf"\d{{2}}{_MONTH}{_DAY}-\d{{2}}-\d{{4}}",
        "nric|mykad|ic|ic no|ic number|no kad pengenalan|kad pengenalan|no ic|nombor kad pengenalan|malaysian id",
        stdnum("my.nric"), alone=0.5, everywhere=True,
    ),
    Kind(
        "MY_NRIC", "MY", rf"\d{{2}}{_MONTH}{_DAY}\d{{6}}",
        "nric|mykad|ic no|ic number|no kad pengenalan|kad pengenalan|no ic|nombor kad pengenalan|malaysian id",
        stdnum("my.nric"),
    ),
    Kind(
        "TH_TNIN", "TH", r"[1-8][- ]?\d{4}[- ]?\d{5}[- ]?\d{2}[- ]?\d",
        "เลขบัตรประชาชน|เลขประจำตัวประชาชน|บัตรประชาชน|เลขประจำตัวผู้เสียภาษี|thai id|pin|thai national id", known.thai,
    ),
    Kind("VN_MST", "VN", r"\d{10}(?:-?\d{3})?", "mst|mã số thuế|ma so thue|vietnamese tax code", stdnum("vn.mst")),
    Kind(
        "VN_CCCD", "VN", r"0\d{2}[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}",
        "cccd|căn cước|căn cước công dân|số cccd|số căn cước|số định danh|định danh cá nhân|vietnamese id", checks.vietnamese,
    ),
    Kind("VN_CMND", "VN", r"\d{9}", "cmnd|chứng minh nhân dân|số cmnd", enough(9)),
    Kind("PH_TIN", "PH", r"\d{3}-\d{3}-\d{3}(?:-\d{3,5})?", "tin|tin number|bir tin|philippine tin", known.philippine_tin),
    Kind("PH_UMID", "PH", r"\d{4}-?\d{7}-?\d", "umid|crn|umid number|common reference number", enough(12)),
    Kind("PH_SSS", "PH", r"\d{2}-\d{7}-\d", "sss|sss number|sss no"),
    Kind("PH_PHILHEALTH", "PH", r"\d{2}-\d{9}-\d", "philhealth|philhealth number|philhealth no|pin"),
    Kind("PH_PHILSYS", "PH", r"\d{4}-\d{4}-\d{4}(?:-\d{4})?", "philsys|philsys id|psn|pcn|philid|national id"),
)  # fmt: skip

SOUTH = (
    Kind(
        "IN_AADHAAR", "IN", r"[2-9]\d{3}[ :-]?\d{4}[ :-]?\d{4}",
        "aadhaar|aadhar|adhaar|aadhaar card|aadhaar no|aadhaar number|uidai|uid|आधार|आधार संख्या", known.aadhaar,
    ),
    Kind(
        "IN_PAN", "IN", r"[A-Z]{3}[ABCFGHJLPT][A-Z](?!0000)\d{4}[A-Z]",
        "pan|pan card|pan no|pan number|permanent account number|पैन", alone=0.45,
    ),
    Kind(
        "IN_VOTER", "IN", r"[A-Z]{3}\d{7}", "epic|epic no|voter id|voter card|voter|epic number|elector photo identity card",
        stdnum("in_.epic"),
    ),
    Kind("IN_GSTIN", "IN", r"[0-3]\d[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z]", "gstin|gst|gst no|gst number", stdnum("in_.gstin"),
         alone=0.6, everywhere=True),
    Kind("IN_PASSPORT", "IN", r"[A-PR-WY][1-9]\d ?\d{4}[1-9]", "indian passport|indian passport number"),
    Kind("IN_VID", "IN", r"[2-9]\d{3}(?: ?\d{4}){3}", "vid|virtual id|aadhaar vid", of(known.verhoeff)),
    Kind("PK_CNIC", "PK", r"[1-7]\d{4}-\d{7}-\d", "cnic|nicop|nadra|شناختی کارڈ|شناختی کارڈ نمبر|pakistani id",
         stdnum("pk.cnic"), alone=0.6, everywhere=True),
    Kind("PK_CNIC", "PK", r"[1-7]\d{12}", "cnic|nicop|nadra|شناختی کارڈ|شناختی کارڈ نمبر", stdnum("pk.cnic")),
    Kind("LK_NIC", "LK", r"\d{9}[VX]|(?:19|20)\d{10}", "nic|nic no|nic number|sri lankan nic|national identity card",
         checks.sri_lankan),
    Kind("BD_NID", "BD", r"\d{10}|\d{13}|\d{17}", "nid|nid no|nid number|জাতীয় পরিচয়পত্র|এনআইডি"),
    Kind("NP_CITIZENSHIP", "NP", r"\d{2}-\d{2}-\d{2}-\d{5}", "nagarikta|citizenship number|citizenship no|नागरिकता"),
)  # fmt: skip

WEST = (
    Kind(
        "IL_IDNR", "IL", r"\d{8}-?\d", "idnr|teudat zehut|tz|ת.ז|ת\"ז|תעודת זהות|מספר זהות|מספר תעודת זהות|israeli id",
        stdnum("il.idnr"),
    ),
    Kind("AE_EMIRATES_ID", "AE", r"784-\d{4}-\d{7}-\d", "emirates id|eid|uae id|الهوية الإماراتية|رقم الهوية", checks.emirati,
         alone=0.6, everywhere=True),
    Kind("AE_EMIRATES_ID", "AE", digits_of(15), "emirates id|eid|uae id|الهوية الإماراتية|رقم الهوية", checks.emirati),
    Kind("SA_NATIONAL_ID", "SA", r"[12]\d{9}", "iqama|iqama number|iqama no|saudi id|رقم الهوية|رقم الإقامة|الهوية الوطنية",
         checks.saudi),
    Kind("IR_NATIONAL_ID", "IR", r"\d{3}-?\d{6}-?\d", "کد ملی|کدملی|شماره ملی|melli code|code melli|kode melli",
         checks.iranian),
    Kind("KZ_IIN", "KZ", rf"\d{{2}}{_MONTH}{_DAY}[1-6]\d{{5}}", "иин|iin|жсн", checks.kazakh, alone=0.4),
    Kind("KW_CIVIL_ID", "KW", rf"[23]\d{{2}}{_MONTH}{_DAY}\d{{5}}", "civil id|الرقم المدني|البطاقة المدنية", checks.kuwaiti,
         alone=0.4),
    Kind("QA_QID", "QA", r"[23]\d{10}", "qid|qatar id|qatari id|البطاقة الشخصية"),
)  # fmt: skip

KINDS = (*INDONESIA, *CHINA, *EAST, *SOUTH_EAST, *SOUTH, *WEST)
