"""Check digits of the national standards. Every function takes the body and returns the check character."""

DIGITS = "0123456789"
ALPHANUMERIC = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z

ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def uscc_check(body: str) -> str:
    """GB 32100-2015 over the first 17 characters; the weights are the powers of 3 modulo 31 (RULES R7.01)."""
    total = sum(USCC_ALPHABET.index(mark) * pow(3, place, 31) for place, mark in enumerate(body))
    return USCC_ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """GB 11714 over the 8 characters of an organisation code (RULES R7.03)."""
    total = sum(ALPHANUMERIC.index(mark) * weight for mark, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    return f"{DIGITS}X"[-total % 11]


def mod_11_2(body: str) -> str:
    """ISO 7064 MOD 11-2, the last place of an ID number (RULES R7.05)."""
    total = 0
    for digit in body:
        total = (total + int(digit)) * 2 % 11
    return f"{DIGITS}X"[(1 - total) % 11]


def mod_37_36(body: str) -> str:
    """ISO 7064 MOD 37,36 over digits and capitals, the last part of a certificate identifier (RULES R7.11)."""
    product = 36
    for mark in body:
        product = (product + ALPHANUMERIC.index(mark)) % 36 or 36
        product = product * 2 % 37
    return ALPHANUMERIC[(1 - product) % 36]
