"""The values that tests plant: each has the form of a real one, and none is anyone's."""

PLANTED = {
    "EMAIL_ADDRESS": "jane.cooper@contoso.com",
    "PHONE_NUMBER": "+1 415-555-0132",
    "CREDIT_CARD": "4111 1111 1111 1111",
    "US_SSN": "536-90-4399",
    "IP_ADDRESS": "81.2.69.142",
    "IBAN_CODE": "DE89370400440532013000",
}
