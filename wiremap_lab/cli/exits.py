"""What the exit code of `wiremap` says."""

from __future__ import annotations

from enum import IntEnum

from wiremap_lab.errors import IntegrityFault, TransportError, WiremapError


class ExitCode(IntEnum):
    """The exit codes, so that a script can tell a finding from a fault."""

    OK = 0
    FINDINGS = 1
    """It worked, and found something: a difference, an element without a place."""
    USAGE = 2
    """The command line, a file or the configuration is wrong."""
    PARTIAL = 3
    """Some devices could not be read."""
    ALL_FAILED = 4
    """No device could be read."""
    INTEGRITY = 5
    """The database contradicts itself."""
    INTERRUPTED = 130


def exit_code_of(fault: WiremapError) -> ExitCode:
    """The exit code a fault ends a command with."""
    match fault:
        case IntegrityFault():
            return ExitCode.INTEGRITY
        case TransportError():
            return ExitCode.ALL_FAILED
        case _:
            return ExitCode.USAGE
