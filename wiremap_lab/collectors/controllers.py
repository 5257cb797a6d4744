"""Ask controllers and clouds for their documents, over HTTPS and no more often than they allow.

What a controller does not answer, or answers with something else than JSON, is left out with the reason;
where it answers nothing at all it is skipped. It is asked by GET only, except to be let in. Its certificate
is checked, a redirection is followed only within the same server, and no secret goes anywhere else.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from wiremap_lab.collectors.answer import Answer
from wiremap_lab.collectors.collect import Source
from wiremap_lab.collectors.inventory.model import Host, HttpsProfile, Inventory
from wiremap_lab.collectors.memory import Memory
from wiremap_lab.collectors.pacing import Bucket, backoff, retry_after
from wiremap_lab.collectors.secrets import Ask
from wiremap_lab.errors import DecodeError, InvalidValue, Refused, TransportError, Unreachable
from wiremap_lab.readers.controllers import INDEX, VENDORS, Documents, index
from wiremap_lab.readers.controllers.documents import Json, inner, parse, scrubbed, text

_log = logging.getLogger(__name__)

_AT_ONCE = 4
_REDIRECTIONS = 3
_LATER = {408, 425, 429, 500, 502, 503, 504}
_CLOSED = {401, 403}
_FAULTS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, TimeoutError)


@dataclass(frozen=True, slots=True)
class Way:
    """A way into a controller: a token, or a user with a password; `ca_file` has who signed its certificate."""

    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading a controller may cost.

    In seconds: `timeout` without an octet, `document` for one, `longest_wait` where it says to come back later,
    `seconds` for all. `octets` are those of one document.
    """

    timeout: float = 10.0
    document: float = 60.0
    longest_wait: float = 60.0
    seconds: float = 600.0
    tries: int = 4
    first_wait: float = 0.5
    octets: int = 32 * 2**20
    documents: int = 20_000


def sources(
    inventory: Inventory,
    hosts: Iterable[Host],
    *,
    ask: Ask,
    limits: Limits | None = None,
    memory: Memory | None = None,
) -> tuple[Source, ...]:
    """How to read each controller among the hosts. Secrets are looked up once, before any of them is read.

    Raises InvalidValue where a secret is not to be had.
    """
    controllers = [host for host in hosts if inventory.https_profiles(host)]
    used = {profile.name: profile for host in controllers for profile in inventory.https_profiles(host)}
    ways = {name: _way(profile, ask) for name, profile in used.items()}
    known = memory or Memory()

    def source(host: Host) -> Source:
        names = known.of(host.name).first(profile.name for profile in inventory.https_profiles(host))

        async def read() -> Answer:
            name, documents = await _first_let_in(host, {name: ways[name] for name in names}, limits or Limits())
            known.let_in(host.name, name, among=names)
            return Answer(host.name, documents=documents)

        return host.name, read

    return tuple(source(host) for host in controllers)


def _way(profile: HttpsProfile, ask: Ask) -> Way:
    what = f"profile {profile.name!r}"
    token = profile.token.reveal(ask, f"{what}, token") if profile.token else ""
    password = profile.password.reveal(ask, f"{what}, password") if profile.password else ""
    return Way(token, profile.user, password, profile.ca_file)


async def _first_let_in(host: Host, ways: Mapping[str, Way], limits: Limits) -> tuple[str, dict[str, str]]:
    """The documents of a host by the first of the ways it lets in. Raises what became of them all, where it is none."""
    failures: list[str] = []
    for name, way in ways.items():
        try:
            return name, await read_controller(host.platform, host.host, way, limits=limits)
        except Refused as failure:
            failures.append(f"profile {name!r}: {failure}")
        except (Unreachable, InvalidValue) as failure:
            raise type(failure)(f"{host.host}: profile {name!r}: {failure}") from None
    raise Refused(f"{host.host}: {'; '.join(failures)}")


async def read_controller(vendor: str, url: str, way: Way, *, limits: Limits | None = None) -> dict[str, str]:
    """The documents of a controller by their paths, and what is missing of them, as an answer has them.

    Raises Refused where it lets nobody in, Unreachable where it answers nothing that was asked of it first.
    """
    limits = limits or Limits()
    base = base_url(url)
    headers = {"accept": "application/json", "user-agent": "wiremap_lab"}
    async with httpx.AsyncClient(
        base_url=base, verify=_trust(base, way.ca_file), headers=headers, timeout=limits.timeout, follow_redirects=False
    ) as client:
        api = _Api(client, VENDORS[vendor].pace, limits)
        await _LOGINS[vendor](api, way)
        return await _read(api, vendor)


def base_url(url: str) -> str:
    """A controller's address as a URL; without a scheme it is HTTPS. Raises InvalidValue for all else.

    A token over plain HTTP is for everybody to read: only a server on this machine may be asked so.

    >>> base_url("api.meraki.com"), base_url("https://10.0.0.5:8443/")
    ('https://api.meraki.com', 'https://10.0.0.5:8443')
    """
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host, port = parts.hostname, parts.port
    except ValueError as fault:
        raise InvalidValue(f"not the address of a controller: {url!r}: {fault}") from None
    if not host or parts.username or parts.query or parts.path.strip("/"):
        raise InvalidValue(f"not the address of a controller: {url!r}; it is https://host or https://host:port")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in ("127.0.0.1", "::1", "localhost")):
        raise InvalidValue(f"{url!r}: a token must not go over {parts.scheme}; use https")
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"


def _trust(base: str, ca_file: str) -> ssl.SSLContext:
    if not base.startswith("https:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # it trusts nobody, and is not asked
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as fault:
        raise InvalidValue(f"ca_file {ca_file!r} cannot be read: {fault}") from None


async def _read(api: _Api, vendor: str) -> dict[str, str]:
    found, texts, unread = Documents({}), dict[str, str](), dict[str, TransportError]()

    async def get(path: str) -> None:
        follow: str | None = path
        while follow and follow not in texts and follow not in unread:
            try:
                document, further = await api.get(follow)
            except TransportError as fault:
                unread[follow] = fault
                return
            kept = scrubbed(document)
            found.add(follow, kept)
            texts[follow], follow = json.dumps(kept), further

    first = True
    while todo := [path for path in dict.fromkeys(VENDORS[vendor].wanted(found)) if path not in {*texts, *unread}]:
        room = api.limits.documents - len(texts) - len(unread)
        await asyncio.gather(*(get(path) for path in todo[:room]))
        if first and not texts:
            raise next(iter(unread.values()))
        if room < len(todo):
            unread |= {path: Unreachable("there are too many documents") for path in todo[max(room, 0) :]}
        first = False
    reasons = {path: str(fault) for path, fault in unread.items()}
    return {INDEX: index(vendor, reasons), **texts}


class _Api:
    """One controller, asked no more often than its makers allow and than it says itself."""

    def __init__(self, client: httpx.AsyncClient, pace: tuple[float, float], limits: Limits) -> None:
        self.client = client
        self.limits = limits
        self._clock: Callable[[], float] = asyncio.get_running_loop().time
        self._places = asyncio.Semaphore(_AT_ONCE)
        rate, size = pace
        self._bucket = Bucket(rate, size, size, self._clock())
        self._not_before = self._clock()
        self._until = self._clock() + limits.seconds

    async def get(self, path: str) -> tuple[Json, str | None]:
        """A document, and the path of the page behind it. Raises Refused or Unreachable."""
        async with self._places:
            response = await self.send("GET", path)
        return _parsed(response), _next_page(response)

    async def send(
        self, method: str, path: str, *, content: Json = None, auth: httpx.Auth | None = None
    ) -> httpx.Response:
        """An answer that says it is one. Raises Refused or Unreachable, with what was tried."""
        request = self.client.build_request(method, path, json=content)
        reason = ""
        for attempt in range(1, self.limits.tries + 1):
            await self._turn(reason)
            try:
                response = await self._ask(request, auth)
            except _FAULTS as fault:
                reason, wait = _why(fault), self._backoff(attempt)
            else:
                if response.status_code not in _LATER:
                    return _accepted(response)
                reason, wait = _said(response), self._wait(response, attempt)
            self._not_before = max(self._not_before, self._clock() + wait)
        raise Unreachable(f"{reason}, {self.limits.tries} times")

    async def _turn(self, reason: str) -> None:
        """Wait until the next request may go. Raises Unreachable where that is too late."""
        self._bucket, wait = self._bucket.take(self._clock())
        at = self._clock() + wait
        while self._clock() < (at := max(at, self._not_before)):  # another may be told meanwhile to come back later
            if at >= self._until:
                raise Unreachable(f"{reason or 'not asked'}: there were {self.limits.seconds:g} s for all of it")
            await asyncio.sleep(at - self._clock())

    def _wait(self, response: httpx.Response, attempt: int) -> float:
        """How long to leave it alone: as it says, but not for ever."""
        told = retry_after(response.headers.get("retry-after", ""), now=datetime.now(UTC))
        return self._backoff(attempt) if told is None else min(told, self.limits.longest_wait)

    def _backoff(self, attempt: int) -> float:
        return backoff(attempt, first=self.limits.first_wait, longest=self.limits.longest_wait)

    async def _ask(self, request: httpx.Request, auth: httpx.Auth | None) -> httpx.Response:
        """One request, and its redirections within the server."""
        for _ in range(_REDIRECTIONS + 1):
            response = await self._once(request, auth)
            if not response.has_redirect_location:
                return response
            request = self.client.build_request("GET", self._redirected(response))
        raise Unreachable("it redirects in a circle")

    def _redirected(self, response: httpx.Response) -> httpx.URL:
        target, asked = response.url.join(response.headers["location"]), response.url
        if (target.scheme, target.host, target.port) != (asked.scheme, asked.host, asked.port):
            raise Unreachable(f"it redirects to {target.host}: name that in the inventory, if it is the controller")
        return target

    async def _once(self, request: httpx.Request, auth: httpx.Auth | None) -> httpx.Response:
        """One request, read to the end of its answer or of what may be read."""
        left = min(self.limits.document, max(0.0, self._until - self._clock()))
        async with asyncio.timeout(left):
            response = await self.client.send(request, stream=True, auth=auth)
            try:
                octets = await self._octets(response)
            finally:
                await response.aclose()
        headers = [pair for pair in response.headers.multi_items() if pair[0] not in _ENCODING]
        return httpx.Response(response.status_code, headers=headers, content=octets, request=request)

    async def _octets(self, response: httpx.Response) -> bytes:
        octets = bytearray()
        async for part in response.aiter_bytes():
            octets += part
            if len(octets) > self.limits.octets:
                raise Unreachable(f"an answer of more than {self.limits.octets} octets")
        return bytes(octets)


#: Headers that say how the content came, and no longer hold of what was made of it.
_ENCODING = {"content-encoding", "content-length", "transfer-encoding"}


def _why(fault: Exception) -> str:
    """A fault of the transport in few words."""
    if isinstance(fault, TimeoutError | httpx.TimeoutException):
        return "no answer in time"
    return f"{type(fault).__name__}: {fault}".rstrip(": ")


def _next_page(response: httpx.Response) -> str | None:
    """The path of the next page by a Link header (RFC 8288); whatever server it names, it is ours that is asked."""
    try:
        parts = urlsplit(response.links.get("next", {}).get("url", ""))
    except ValueError:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else None


def _said(response: httpx.Response) -> str:
    return f"it answered {response.status_code} {response.reason_phrase}".rstrip()


def _accepted(response: httpx.Response) -> httpx.Response:
    if response.status_code in _CLOSED:
        raise Refused(_said(response))
    if not response.is_success:
        raise Unreachable(_said(response))
    return response


def _parsed(response: httpx.Response) -> Json:
    """The document in an answer. Raises Unreachable where it is none, Refused where it says that it refuses."""
    try:
        document = parse(response.content.decode("utf-8-sig"))
    except (UnicodeDecodeError, DecodeError) as fault:
        raise Unreachable(f"it answered {response.status_code} with what is not a document: {fault}") from None
    meta = inner(document, "meta")
    if text(meta, "rc") == "error":  # UniFi says so with status 200
        raise Refused(f"it answered {text(meta, 'msg')}")
    return document


def _header(token: str) -> str:
    """A token as it may stand in a header; the fault that httpx would raise shows it."""
    if not token or not token.isascii() or not token.isprintable():
        raise InvalidValue("the token is empty, or has characters that no header may have")
    return token


async def _bearer(api: _Api, way: Way) -> None:
    api.client.headers["authorization"] = f"Bearer {_header(way.token)}"


async def _token(api: _Api, way: Way) -> None:
    api.client.headers["authorization"] = f"Token {_header(way.token)}"


async def _unifi(api: _Api, way: Way) -> None:
    """An API key, or the session of a local user, which is kept in a cookie."""
    if way.token:
        api.client.headers["x-api-key"] = _header(way.token)
        return
    user: Json = {"username": way.user, "password": way.password}
    await api.send("POST", "/api/auth/login", content=user)


async def _catalyst(api: _Api, way: Way) -> None:
    """A token for a user and a password (https://developer.cisco.com/docs/dna-center/authentication-api)."""
    path = "/dna/system/api/v1/auth/token"
    response = await api.send("POST", path, auth=httpx.BasicAuth(way.user, way.password))
    api.client.headers["x-auth-token"] = _header(text(_parsed(response), "Token"))


#: How each vendor lets somebody in.
_LOGINS: Mapping[str, Callable[[_Api, Way], Awaitable[None]]] = {
    "meraki": _bearer,
    "mist": _token,
    "aruba_central": _bearer,
    "unifi": _unifi,
    "catalyst_center": _catalyst,
}
