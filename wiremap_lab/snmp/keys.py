"""Keys of SNMPv3 users: from a password to what signs and encrypts at one engine.

RFC 3414 (MD5, SHA-1, localized keys), RFC 7860 (SHA-2), RFC 3826 (AES-128). AES with longer keys is
no standard; agents follow either of two drafts on how to stretch a key that the hash leaves too
short: draft-blumenthal-aes-usm-04 (net-snmp, Juniper and others) and draft-reeder-snmpv3-usm-3desede-00
(Cisco). The second are `AES192C` and `AES256C`.

A password becomes a key by hashing a megabyte (RFC 3414, A.2), so keys are kept once made.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from wiremap_lab.errors import DecodeError, InvalidValue

AUTH = 0x01
PRIV = 0x02

_MEGABYTE = 1 << 20
_SHORTEST_PASSWORD = 8  # RFC 3414, 11.2
_LONGEST_NAME = 32  # RFC 3414, 5: usmUserName


class AuthProtocol(StrEnum):
    """What a message is signed with: the hash of its HMAC."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA224 = "sha224"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"

    @property
    def digest_length(self) -> int:
        """Octets of the digest that are sent (RFC 3414, 6.3.1 and 7.3.1; RFC 7860, 4.2.2)."""
        return _DIGEST_LENGTHS[self]


_DIGEST_LENGTHS = {
    AuthProtocol.MD5: 12,
    AuthProtocol.SHA1: 12,
    AuthProtocol.SHA224: 16,
    AuthProtocol.SHA256: 24,
    AuthProtocol.SHA384: 32,
    AuthProtocol.SHA512: 48,
}


class PrivProtocol(StrEnum):
    """What a message is encrypted with: AES in CFB mode, by key length; C for Cisco's way to stretch a key."""

    AES128 = "aes128"
    AES192 = "aes192"
    AES256 = "aes256"
    AES192C = "aes192c"
    AES256C = "aes256c"

    @property
    def key_length(self) -> int:
        """Octets of the key."""
        return int(self.value[3:6]) // 8


@dataclass(frozen=True, slots=True)
class User:
    """A user of the User-based Security Model (RFC 3414); its repr shows no password.

    Raises InvalidValue for privacy without authentication, and for passwords of less than eight
    octets, which no agent takes.

    >>> User("wiremap", AuthProtocol.SHA256, "long enough")
    User(name='wiremap', auth_protocol=<AuthProtocol.SHA256: 'sha256'>, priv_protocol=None)
    """

    name: str
    auth_protocol: AuthProtocol | None = None
    auth_password: str = field(default="", repr=False)
    priv_protocol: PrivProtocol | None = None
    priv_password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if len(self.name.encode()) > _LONGEST_NAME:
            raise InvalidValue(f"the name of an SNMPv3 user has at most {_LONGEST_NAME} octets: {self.name!r}")
        if self.priv_protocol and not self.auth_protocol:
            raise InvalidValue(f"SNMPv3 user {self.name!r} has a privacy protocol and no authentication protocol")
        for protocol, password in (
            (self.auth_protocol, self.auth_password),
            (self.priv_protocol, self.priv_password),
        ):
            if protocol and len(password.encode()) < _SHORTEST_PASSWORD:
                raise InvalidValue(
                    f"the {protocol} password of SNMPv3 user {self.name!r} is shorter than {_SHORTEST_PASSWORD} octets"
                )

    @property
    def level(self) -> int:
        """The security level of the user's messages, as in msgFlags: nothing, AUTH, or AUTH and PRIV."""
        return (AUTH if self.auth_protocol else 0) | (PRIV if self.priv_protocol else 0)

    def keys(self, engine_id: bytes) -> Keys:
        """The user's keys at one engine; made once."""
        return _keys(self, engine_id)


@dataclass(frozen=True, slots=True)
class Keys:
    """What one user signs and encrypts with at one engine; its repr shows neither key."""

    auth_protocol: AuthProtocol | None = None
    auth_key: bytes = field(default=b"", repr=False)
    priv_key: bytes = field(default=b"", repr=False)

    @property
    def digest_length(self) -> int:
        """Octets of a digest; none without authentication."""
        return self.auth_protocol.digest_length if self.auth_protocol else 0

    def sign(self, octets: bytes) -> bytes:
        """The digest of a message whose own digest is zeros (RFC 3414, 6.3.1)."""
        assert self.auth_protocol is not None, "a user without authentication signs nothing"
        return hmac.digest(self.auth_key, octets, self.auth_protocol.value)[: self.digest_length]

    def encrypt(self, octets: bytes, initial: bytes) -> bytes:
        """Octets under AES; `initial` is boots, time and salt (RFC 3826, 3.1.2.1)."""
        return Cipher(AES(self.priv_key), CFB(initial)).encryptor().update(octets)

    def decrypt(self, octets: bytes, initial: bytes) -> bytes:
        """What `encrypt` was given. Raises DecodeError when the salt is not eight octets long."""
        if len(initial) != 16:
            raise DecodeError(f"msgPrivacyParameters of {len(initial) - 8} octets, where AES has 8")
        return Cipher(AES(self.priv_key), CFB(initial)).decryptor().update(octets)


NO_KEYS = Keys()


@lru_cache(maxsize=1024)
def _keys(user: User, engine_id: bytes) -> Keys:
    if user.auth_protocol is None:
        return NO_KEYS
    auth_key = localized_key(user.auth_protocol, user.auth_password, engine_id)
    if user.priv_protocol is None:
        return Keys(user.auth_protocol, auth_key)
    return Keys(user.auth_protocol, auth_key, privacy_key(user, engine_id))


def localized_key(protocol: AuthProtocol, password: str | bytes, engine_id: bytes) -> bytes:
    """A password's key at one engine (RFC 3414, A.2; RFC 7860, 9.3)."""
    return _localize(
        protocol, _master_key(protocol, password.encode() if isinstance(password, str) else password), engine_id
    )


def privacy_key(user: User, engine_id: bytes) -> bytes:
    """The AES key of a user at one engine, stretched as the two drafts say where the hash is too short."""
    assert user.auth_protocol is not None, "privacy needs authentication, whose hash makes its keys"
    assert user.priv_protocol is not None, "a user without privacy has no privacy key"
    key = part = localized_key(user.auth_protocol, user.priv_password, engine_id)
    while len(key) < user.priv_protocol.key_length:
        if user.priv_protocol in (PrivProtocol.AES192C, PrivProtocol.AES256C):
            part = localized_key(user.auth_protocol, part, engine_id)
        else:
            part = hashlib.new(user.auth_protocol.value, key).digest()
        key += part
    return key[: user.priv_protocol.key_length]


@lru_cache(maxsize=64)
def _master_key(protocol: AuthProtocol, password: bytes) -> bytes:
    repeated = password * (_MEGABYTE // len(password) + 1)
    return hashlib.new(protocol.value, repeated[:_MEGABYTE]).digest()


def _localize(protocol: AuthProtocol, key: bytes, engine_id: bytes) -> bytes:
    return hashlib.new(protocol.value, key + engine_id + key).digest()
