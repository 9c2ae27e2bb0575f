"""Phone numbers: any shape in, E.164 out, or a reason a person can act on."""

from functools import lru_cache

import phonenumbers

#: Which countries' numbers the clinic texts: the North American plan, as its carrier account allows.
COUNTRY_CODE = 1
HOME_REGION = "US"


class BadMobile(ValueError):
    """The number cannot be texted. The message says why and what to do."""


def e164(raw: str) -> str:
    """``(781) 555-0100`` becomes ``+17815550100``. Raises BadMobile."""
    try:
        number = phonenumbers.parse(raw, HOME_REGION)
    except phonenumbers.NumberParseException:
        raise BadMobile("is not a phone number: give ten digits, such as 781-555-0100") from None
    if number.country_code != COUNTRY_CODE:
        raise BadMobile("is outside the US and Canada; the clinic's number can only text those")
    if not phonenumbers.is_valid_number(number):
        raise BadMobile("is not a number in use in the US or Canada: check the digits")
    if phonenumbers.number_type(number) in _NEVER_TEXTED:
        raise BadMobile("is a toll-free or special number, which cannot get texts: ask for her mobile")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_NEVER_TEXTED = (
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.FIXED_LINE,
)


@lru_cache(maxsize=4096)
def spoken(mobile: str) -> str:
    """``+17815550100`` as people here write it: ``781-555-0100``; others in international form."""
    try:
        number = phonenumbers.parse(mobile, None)
    except phonenumbers.NumberParseException:
        return mobile
    if number.country_code != COUNTRY_CODE:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    digits = f"{number.national_number:010d}"
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
