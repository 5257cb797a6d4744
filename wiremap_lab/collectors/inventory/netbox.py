"""The devices of NetBox or Nautobot, asked over their REST API: ``netbox+https://netbox.example.com?site=hq``.

What stands behind the question mark goes to the API as it is, and chooses the devices; without a
status only active ones are asked for. Pages are asked for by our own count, never by the address the
server gives for the next one, and a redirection is not followed: the token goes to the server that
was named, and nowhere else.

Both have clients of their own; one question, asked page by page with limits on time and size, is less
than either brings with it.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, urlsplit

from wiremap_lab.collectors.inventory.draft import Draft, Entry, text_of
from wiremap_lab.document import Item, open_json
from wiremap_lab.errors import Fault, InvalidFile, InvalidValue, Refused, Unreachable

if TYPE_CHECKING:
    import httpx

_log = logging.getLogger(__name__)
PAGE = 200
MOST_DEVICES = 100_000
MOST_OCTETS = 32 << 20
SECONDS = 30.0
TRIES = 3
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Api:
    """One of the two: what it is called, what it is asked beside the user's filters, and what active is."""

    name: str
    also: Mapping[str, str]
    active: str


NETBOX = Api("netbox", {"exclude": "config_context"}, "active")
NAUTOBOT = Api("nautobot", {"depth": "1"}, "Active")
APIS: Mapping[str, Api] = {f"{api.name}+{scheme}": api for api in (NETBOX, NAUTOBOT) for scheme in ("https", "http")}


def api_of(source: str) -> Api | None:
    """The API a source is one of, by the scheme of its URL; none where it is a file."""
    return APIS.get(source.partition("://")[0])


def read(source: str, *, token: str, pause: Callable[[float], None] = time.sleep) -> Draft:
    """What the API at an address says of its devices.

    Raises InvalidValue for an address that makes no sense or has a secret in it, Refused where the
    token is, Unreachable where nothing sensible is answered in time, InvalidFile for what is no list
    of devices.
    """
    api, url, filters = _address(source)
    draft = Draft(api.name)
    if url.startswith("http://"):
        draft.warnings.append(Fault(url, None, "", "the token is sent unencrypted", f"{api.name}+https:// protects it"))
    without: list[str] = []
    for device in _devices(draft, url, {**api.also, "status": api.active, **filters}, _headers(token), pause):
        _add(draft, device, without)
    if without:
        names = ", ".join(without[:_NAMED]) + (", …" if len(without) > _NAMED else "")
        what = f"{len(without)} devices have no primary IP address and are left out: {names}"
        draft.warnings.append(Fault(url, None, "", what, "has_primary_ip=true does not ask for them"))
    return draft


def _address(source: str) -> tuple[Api, str, dict[str, str | list[str]]]:
    """The API, the address of its list of devices, and the filters."""
    told: SplitResult = urlsplit(source)
    api = api_of(source)
    try:
        if api is None or not told.hostname or told.port == 0:
            raise InvalidValue
    except ValueError:
        raise InvalidValue(f"not an address of NetBox or Nautobot: {source.partition('?')[0]!r}") from None
    filters: dict[str, str | list[str]] = {}
    for key, value in parse_qsl(told.query, keep_blank_values=True):
        filters[key] = [*filters.get(key, []), value]
    if told.username or told.password or {"token", "password"} & filters.keys():
        raise InvalidValue(f"a secret has no place in an address; the setting {api.name}.token names it")
    path = told.path.rstrip("/").removesuffix("/api")
    return api, f"{told.scheme.partition('+')[2]}://{told.netloc}{path}/api/dcim/devices/", filters


def _headers(token: str) -> dict[str, str]:
    """NetBox's newer tokens begin with nbt_ and are presented as a Bearer's (NetBox 4.5, Authentication)."""
    kind = "Bearer" if token.startswith("nbt_") else "Token"
    return {"Authorization": f"{kind} {token}", "Accept": "application/json"}


def _devices(
    draft: Draft,
    url: str,
    question: Mapping[str, str | list[str]],
    headers: Mapping[str, str],
    pause: Callable[[float], None],
) -> Iterator[Item]:
    import httpx

    got = 0
    # The system's certificates, and SSL_CERT_FILE, which names those of a company.
    with httpx.Client(headers=headers, timeout=SECONDS, verify=ssl.create_default_context()) as client:
        while got < MOST_DEVICES:
            answer = _asked(client, url, {**question, "limit": str(PAGE), "offset": str(got)}, pause)
            root = open_json(answer, path=url)
            draft.pages.append(root.page)
            parts = root.entries()
            if "results" not in parts or not parts["results"].is_list():
                raise InvalidFile(
                    [Fault(url, None, "", "not a list of devices", "is the address the one of its front page?")]
                )
            page = tuple(parts["results"].items())
            yield from page
            got += len(page)
            if "next" not in parts or parts["next"].is_null() or not page:
                return
    raise InvalidFile([Fault(url, None, "", f"more than {MOST_DEVICES} devices", "filter them: ?site=hq&role=access")])


def _asked(
    client: httpx.Client, url: str, question: Mapping[str, str | list[str]], pause: Callable[[float], None]
) -> bytes:
    """One page. What may pass is tried again. Raises Unreachable, Refused."""
    import httpx

    for attempt in range(1, TRIES + 1):
        try:
            with client.stream("GET", url, params=question) as response:
                status, body = response.status_code, _body(url, response)
        except httpx.HTTPError as failure:
            status, body, why = 0, b"", f"{type(failure).__name__}: {failure}"
        else:
            why = f"HTTP {status}"
        _log.info("url=%s offset=%s outcome=%s octets=%d", url, question["offset"], why, len(body))
        if status == httpx.codes.OK:
            return body
        if status not in (0, httpx.codes.TOO_MANY_REQUESTS) and status < httpx.codes.INTERNAL_SERVER_ERROR:
            raise _refusal(url, status, body)
        if attempt < TRIES:
            pause(2.0**attempt)
    raise Unreachable(f"{url}: {why}, {TRIES} times")


def _body(url: str, response: httpx.Response) -> bytes:
    body = b""
    for part in response.iter_bytes():
        body += part
        if len(body) > MOST_OCTETS:
            raise InvalidFile([Fault(url, None, "", f"a page of more than {MOST_OCTETS} octets")])
    return body


def _refusal(url: str, status: int, body: bytes) -> Refused:
    match status:
        case 401 | 403:
            return Refused(f"{url}: HTTP {status}: the token is refused, or may not read devices")
        case 301 | 302 | 303 | 307 | 308:
            return Refused(f"{url}: HTTP {status}: it wants to be asked elsewhere; name that address instead")
    return Refused(f"{url}: HTTP {status}: {body[:200].decode('utf-8', 'replace')!r}")


def _add(draft: Draft, device: Item, without: list[str]) -> None:
    said = device.entries()
    name = _first(said, "name", "display")
    address = next((each for key in ("primary_ip", "primary_ip4", "primary_ip6") if (each := _below(said, key))), {})
    if not name or "address" not in address:
        without.append(name or "?")
        return
    site = _label(said, "site") or _label(said, "location")
    platform = _below(said, "platform")
    named = next((platform[key] for key in ("network_driver", "slug", "name") if text_of(_told(platform, key))), None)
    if name in draft.entries:
        draft.warn(device, f"a second {name!r} is called {name}@{site}")
        name = f"{name}@{site}"
    tags = [text for tag in (said["tags"].items() if "tags" in said else ()) if (text := _label({"": tag}, ""))]
    also = {"host": text_of(address["address"]).partition("/")[0], "site": site, "role": _role(said)}
    draft.add(name, Entry(device, {"platform": named} if named else {}, {}, tuple(tags), also))


def _role(said: Mapping[str, Item]) -> str:
    return _label(said, "role") or _label(said, "device_role")  # so called before NetBox 4


def _label(said: Mapping[str, Item], key: str) -> str:
    """What an object is called: its slug, or else its name."""
    return _first(_below(said, key), "slug", "name")


def _below(said: Mapping[str, Item], key: str) -> Mapping[str, Item]:
    return said[key].entries() if key in said and said[key].is_mapping() else {}


def _told(said: Mapping[str, Item], key: str) -> Item | None:
    return said[key] if key in said and not said[key].is_null() else None


def _first(said: Mapping[str, Item], *keys: str) -> str:
    return next((text for key in keys if (text := text_of(_told(said, key)))), "")
