"""Whether an address looks like one of an agency. Pure."""


def is_foreign(address: str, mail_domain: str) -> bool:
    """Outside the agency's mail domain and all below it; where no domain is known, no address is foreign."""
    known = mail_domain.strip().lower().lstrip("@")
    domain = address.strip().lower().rpartition("@")[2]
    return bool(known) and domain != known and not domain.endswith(f".{known}")
