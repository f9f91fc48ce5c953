"""How often somebody asked in a span of time, counted in the cache without a list of who it was.

Who it was becomes a keyed digest at once. Its key is made of this installation's and of a random one of the day, which lies in
the cache beside the counts and is gone with the day: afterwards nobody can tell whose count it was.
"""

import hashlib
import hmac
import ipaddress
import secrets

from django.core.cache import cache

from hub.core import clock, vault

MINUTE, DAY = 60, 24 * 60 * 60


def counted(kind: str, who: str, seconds: int) -> int:
    """How many times `who` asked for something of this kind in the span of the clock that is now, this one included.

    Never raises because the cache goes away or comes back meanwhile: then it counts anew.
    """
    place = _place(kind, who, seconds)
    cache.add(place, 0, timeout=left(seconds))
    try:
        return cache.incr(place)
    except ValueError:  # it ended between the two, or another cache answers than the one that was told
        return 1


def count(kind: str, who: str, seconds: int) -> int:
    """The same without counting this one."""
    found: int = cache.get(_place(kind, who, seconds), 0)
    return found


def left(seconds: int) -> int:
    """Until the span of the clock that is now ends. All that is kept ends with one: counted from now, it would tell when."""
    return seconds - int(clock.now().timestamp()) % seconds


def network(address: str) -> str:
    """Whose limit an address's is: of the newer kind, the network's; what is no address shares one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    # whoever has one address of the newer kind has all of its network
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)  # noqa: PLR2004


def digest(kind: str, what: str) -> str:
    """A key of the cache that says nothing of what it is about; another one each day."""
    key = vault.standing_key("counting") + _key_of_day()
    return "counted:" + hmac.new(key, f"{kind}\0{what}".encode(), hashlib.sha256).hexdigest()


def _place(kind: str, who: str, seconds: int) -> str:
    return digest(f"{kind} {int(clock.now().timestamp()) // seconds}", who)


def _key_of_day() -> bytes:
    place = f"counted:{int(clock.now().timestamp()) // DAY}"
    key: bytes | None = cache.get(place)
    if key is None:
        cache.add(place, secrets.token_bytes(32), timeout=left(DAY))
        key = cache.get(place)
    return key or b""
