"""Addresses, mailed links, sessions, and how often one may try."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from types import MappingProxyType

_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\x9f]*")
ADDRESS_LENGTH = 254
"""Characters of an address at most (RFC 5321, section 4.5.3.1.3, less the angle brackets)."""


class LinkKind(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"

    @property
    def lasts(self) -> timedelta:
        return LINK_LASTS[self]


LINK_LASTS = MappingProxyType({LinkKind.INVITATION: timedelta(days=7), LinkKind.RESET: timedelta(minutes=60)})


class Bucket(StrEnum):
    """What failed tries are counted by."""

    PAIR = "pair"
    ADDRESS = "address"
    NETWORK = "network"
    DEVICE = "device"
    ACCOUNT = "account"
    LETTER = "letter"


COUNTED_FOR = timedelta(minutes=15)
LETTERS_COUNTED_FOR = timedelta(hours=1)
ALLOWED = MappingProxyType(
    {
        Bucket.PAIR: 5,
        Bucket.ADDRESS: 20,
        Bucket.NETWORK: 100,
        Bucket.DEVICE: 10,
        Bucket.ACCOUNT: 10,
        Bucket.LETTER: 3,
    }
)
"""Failed tries within `COUNTED_FOR`; letters within `LETTERS_COUNTED_FOR`."""

SEEN_EVERY = timedelta(minutes=1)
"""How exactly the portal knows when a session was last used."""


def normal_address(typed: str) -> str:
    """The address in the one spelling under which it is kept; "" for what cannot be an address."""
    address = typed.strip().lower()
    return address if len(address) <= ADDRESS_LENGTH and _ADDRESS.fullmatch(address) else ""


def local_path(asked: str) -> str:
    """Where to go after signing in: a path of this portal, whatever was asked for."""
    return asked if _LOCAL_PATH.fullmatch(asked) else "/"


def network_of(address: str) -> str:
    """The neighborhood of a client: an IPv4 /24 or an IPv6 /64."""
    try:
        client: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(client, IPv6Address) and client.ipv4_mapped is not None:
        client = client.ipv4_mapped
    return str(ip_network(f"{client}/{24 if client.version == 4 else 64}", strict=False))


def bucket_name(key: bytes, bucket: Bucket, *parts: str) -> str:
    """A keyed hash, so that the table of tries names neither people nor networks."""
    words = "\x1f".join((bucket.value, *parts))
    return hmac.new(key, words.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def token_hash(token: str) -> str:
    """What is kept of a random token. A plain hash is enough for 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def session_over(opened_at: datetime, seen_at: datetime, now: datetime, idle: timedelta, limit: timedelta) -> bool:
    return now - seen_at > idle or now - opened_at > limit


_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """Enough to recognize one's own session by: "Firefox on Windows"."""
    browser = next((words for sign, words in _BROWSERS if sign in user_agent), "A browser")
    system = next((words for sign, words in _SYSTEMS if sign in user_agent), "")
    return f"{browser} on {system}" if system else browser
