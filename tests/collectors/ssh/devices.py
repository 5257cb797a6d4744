"""Devices that answer by SSH on loopback: a server of paramiko's, and command lines as makers print them.

A device is told what it prints and how it misbehaves. ``python -m tests.collectors.ssh.devices COUNT`` serves so many
in a process of its own and prints their ports.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import paramiko

from tests.readers.test_printed import IOS

PASSWORD = "the-Pass-of-a-test"
LET_IN, NOT_LET_IN, OPEN = 0, 2, 0  # paramiko.AUTH_SUCCESSFUL, AUTH_FAILED, OPEN_SUCCEEDED
#: What stops paging on some platform, and what that platform says to it.
PREPARATION = {
    **dict.fromkeys(("terminal width 511", "terminal length 0", "no page", "no paging", "skip-page-display"), ""),
    **dict.fromkeys(("screen-length disable", "screen-length 0 temporary", "config paging disable"), ""),
    **dict.fromkeys(("disable clipaging", "disable cli prompting", "enable"), ""),
    "set cli screen-width 511": "Screen width set to 511\n",
    "set cli complete-on-space off": "Disabling complete-on-space\n",
    "set cli screen-length 0": "Screen length set to 0\n",
}
EOS = {"terminal width 511": "Width set to 511 columns.\n", "terminal length 0": "Pagination disabled.\n"}


@dataclass
class Device:
    """What a device prints, and how it misbehaves."""

    outputs: Mapping[str, str] = field(default_factory=lambda: IOS)
    prompt: str = "hq-sw1#"
    banner: str = "\r\nYou are watched.\r\n"
    refusal: str = "               ^\r\n% Invalid input detected at '^' marker.\r\n"
    #: Seconds before each prompt.
    slow: float = 0.0
    #: Columns after which the echo of a command is wrapped.
    wrap: int = 0
    #: Lines of a page, where paging cannot be turned off.
    page: int = 0
    #: It hangs up in the middle of the answer to this command.
    drops_at: str = ""
    #: It goes silent in the middle of the answer to this command.
    stalls_at: str = ""
    #: It never prompts, and says nothing; or one character a while, for ever.
    silent: bool = False
    trickles: bool = False
    #: A line of its log comes behind each prompt.
    chatty: bool = False
    #: All it speaks of key exchanges and ciphers; empty is all that paramiko does.
    kex: tuple[str, ...] = ()
    ciphers: tuple[str, ...] = ()
    host_key: paramiko.PKey = field(default_factory=lambda: paramiko.RSAKey.generate(2048))
    port: int = 0
    heard: list[str] = field(default_factory=list)


class _Server(paramiko.ServerInterface):  # type: ignore[misc]  # it has no types
    def __init__(self) -> None:
        self.shell = threading.Event()

    def check_auth_password(self, _username: str, password: str) -> int:
        return LET_IN if password == PASSWORD else NOT_LET_IN

    def get_allowed_auths(self, _username: str) -> str:
        return "password"

    def check_channel_request(self, _kind: str, _number: int) -> int:
        return OPEN

    def check_channel_pty_request(self, *_: object) -> bool:
        return True

    def check_channel_shell_request(self, _channel: paramiko.Channel) -> bool:
        self.shell.set()
        return True


@contextmanager
def serving(*devices: Device) -> Iterator[None]:
    """Serve devices on ports of loopback, which they are told."""
    sockets = []
    for device in devices:
        listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        device.port = listener.getsockname()[1]
        sockets.append(listener)
        threading.Thread(target=_accept, args=(listener, device), daemon=True).start()
    try:
        yield
    finally:
        for listener in sockets:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def _accept(listener: socket.socket, device: Device) -> None:
    while True:
        try:
            wire, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(wire, device), daemon=True).start()


def _serve(wire: socket.socket, device: Device) -> None:
    transport = paramiko.Transport(wire)
    transport.add_server_key(device.host_key)
    speaks = transport.get_security_options()
    speaks.kex, speaks.ciphers = device.kex or speaks.kex, device.ciphers or speaks.ciphers
    server = _Server()
    with suppress(paramiko.SSHException, EOFError, OSError):
        transport.start_server(server=server)
        channel = transport.accept(20)
        if channel is not None and server.shell.wait(20):
            _session(channel, device)
    transport.close()


def _session(channel: paramiko.Channel, device: Device) -> None:
    if device.silent:
        while channel.recv(1024):
            pass
        return
    while device.trickles:
        channel.sendall(b".")
        time.sleep(0.05)
    _print(channel, device, device.banner)
    _prompt(channel, device)
    for line in _lines(channel):
        device.heard.append(line)
        echo = (
            line if not device.wrap else " \r\n".join(_wrapped(device.prompt + line, device.wrap))[len(device.prompt) :]
        )
        channel.sendall(f"{echo}\r\n".encode())
        if line and not _answer(channel, device, line):
            return
        _prompt(channel, device)


def _answer(channel: paramiko.Channel, device: Device, line: str) -> bool:
    if line == "exit":
        return False
    text = device.outputs.get(line, PREPARATION.get(line, device.refusal))
    if device.drops_at == line:
        channel.sendall(text[: len(text) // 2].encode())
        return False
    if device.stalls_at == line:
        channel.sendall(text[: len(text) // 2].encode())
        while channel.recv(1024):
            pass
        return False
    _print(channel, device, text)
    return True


def _wrapped(text: str, width: int) -> Iterator[str]:
    for start in range(0, len(text), width):
        yield text[start : start + width]


def _print(channel: paramiko.Channel, device: Device, text: str) -> None:
    lines = text.replace("\r\n", "\n").splitlines()
    for number, line in enumerate(lines, 1):
        channel.sendall(f"{line}\r\n".encode())
        if device.page and number % device.page == 0 and number < len(lines):
            channel.sendall(b" --More-- ")
            channel.recv(1)
            channel.sendall(b"\x08" * 10 + b" " * 10 + b"\x08" * 10)


def _prompt(channel: paramiko.Channel, device: Device) -> None:
    time.sleep(device.slow)
    channel.sendall(f"\r\n{device.prompt}".encode())
    if device.chatty:
        channel.sendall(f"\r\n*Nov 23 00:00:00: %LINK-3-UPDOWN: Interface Gi1/0/9 is up\r\n{device.prompt}".encode())


def _lines(channel: paramiko.Channel) -> Iterator[str]:
    pending = ""
    while octets := channel.recv(4096):
        pending += octets.decode().replace("\r\n", "\n").replace("\r", "\n")
        while "\n" in pending:
            line, _, pending = pending.partition("\n")
            yield line.strip()


def main(count: int) -> None:
    """Serve many until the standard input ends."""
    key = paramiko.ECDSAKey.generate()
    devices = [Device(prompt=f"sw{number}#", host_key=key) for number in range(count)]
    with serving(*devices):
        sys.stdout.write(" ".join(str(device.port) for device in devices) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
