"""A browser that somebody signed in with before is known by a signed cookie, and throttled by itself."""

import secrets

from flask import Response, request
from itsdangerous import BadData, URLSafeTimedSerializer

from portal.people.rules import Bucket, bucket_name, normal_address
from portal.settings import Settings

COOKIE = "portal-device"
REMEMBERED_FOR = 180 * 86400
"""Seconds."""
MOST_PEOPLE = 8
"""People remembered on one shared computer."""


def known_device(address: str, settings: Settings) -> str:
    """The device's id when this address has signed in on it, else ""."""
    device, tags = _read(settings)
    return device if _tag(address, settings) in tags else ""


def remember_device(response: Response, address: str, settings: Settings) -> None:
    device, tags = _read(settings)
    tag = _tag(address, settings)
    kept = [tag, *(other for other in tags if other != tag)][:MOST_PEOPLE]
    response.set_cookie(
        COOKIE,
        _signer(settings).dumps([device or secrets.token_urlsafe(16), kept]),
        max_age=REMEMBERED_FOR,
        secure=settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def _read(settings: Settings) -> tuple[str, list[str]]:
    try:
        device, tags = _signer(settings).loads(request.cookies.get(COOKIE, ""), max_age=REMEMBERED_FOR)
    except BadData:
        return "", []
    return str(device), [str(tag) for tag in tags]


def _tag(address: str, settings: Settings) -> str:
    return bucket_name(settings.key("throttle"), Bucket.DEVICE, normal_address(address))[:16]


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.key("device"), salt="known device")
