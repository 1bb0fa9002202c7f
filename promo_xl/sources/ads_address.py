"""Where an API is asked: at its own address, or at one that the environment names for tests."""

import os
from urllib.parse import urlsplit

from promo_xl.sources.refusal import refused

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def api_address(variable: str, standard: str) -> str:
    """Scheme, host and port without a path; refused unless it is https, or http on this computer."""
    named = os.environ.get(variable, "").strip()
    if not named:
        return standard
    try:
        parts = urlsplit(named)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise refused("ADS_ADDRESS_NOT_ALLOWED", variable, variable=variable) from error
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not safe or not host or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise refused("ADS_ADDRESS_NOT_ALLOWED", variable, variable=variable)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def is_loopback(address: str) -> bool:
    """True for an address on this computer."""
    return urlsplit(address).hostname in LOOPBACK
