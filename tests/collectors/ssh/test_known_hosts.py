"""A device is who it was, or is not spoken to."""

import subprocess
from pathlib import Path
from shutil import which

import paramiko
import pytest

from wiremap_lab.collectors.ssh.known_hosts import KnownHosts, Trust, fingerprint
from wiremap_lab.errors import InvalidFile, Refused

ONE, OTHER = (paramiko.ECDSAKey.generate() for _ in range(2))


def test_strict_speaks_to_nobody_it_does_not_know(tmp_path: Path) -> None:
    known = KnownHosts(tmp_path / "known", Trust.STRICT)
    with pytest.raises(Refused, match=r"is not known .*ssh-keyscan"):
        known.meet("192.0.2.1", 22, ONE)
    assert not (tmp_path / "known").exists()


def test_who_was_met_once_is_known_and_its_change_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "state" / "known"
    known = KnownHosts(path, Trust.TOFU)
    known.meet("192.0.2.9", 22, OTHER)
    known.meet("192.0.2.1", 2222, ONE)
    assert path.stat().st_mode & 0o777 == 0o600
    for trust in (Trust.TOFU, Trust.STRICT):
        again = KnownHosts(path, trust)
        again.meet("192.0.2.1", 2222, ONE)
        with pytest.raises(Refused, match=r"\[192.0.2.1\]:2222 has CHANGED.*known line 2\..*delete that line"):
            again.meet("192.0.2.1", 2222, OTHER)
    with pytest.raises(Refused, match="CHANGED"):
        known.meet("192.0.2.1", 2222, OTHER)  # the one that met it, too
    assert len(path.read_text().splitlines()) == 2


def test_off_believes_anybody_and_keeps_nothing(tmp_path: Path) -> None:
    KnownHosts(tmp_path / "known", Trust.OFF).meet("192.0.2.1", 22, ONE)
    assert not (tmp_path / "known").exists()


def test_a_file_of_openssh_is_read_with_its_comments_and_hashed_names(tmp_path: Path) -> None:
    path = tmp_path / "known"
    path.write_text(f"# ours\n\nsw1,192.0.2.1 {ONE.get_name()} {ONE.get_base64()} a comment")
    if keygen := which("ssh-keygen"):
        subprocess.run([keygen, "-H", "-f", str(path)], check=True, capture_output=True)
    known = KnownHosts(path, Trust.STRICT)
    known.meet("sw1", 22, ONE)
    known.meet("192.0.2.1", 22, ONE)
    KnownHosts(path, Trust.TOFU).meet("sw2", 22, OTHER)  # behind a last line without an end
    KnownHosts(path, Trust.STRICT).meet("sw2", 22, OTHER)


def test_a_line_that_is_no_key_is_a_fault_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "known").write_text("sw1 ssh-ed25519 !!!!\n")
    with pytest.raises(InvalidFile, match="known:1:"):
        KnownHosts(tmp_path / "known", Trust.STRICT).meet("sw1", 22, ONE)


@pytest.mark.skipif(which("ssh-keygen") is None, reason="needs ssh-keygen")
def test_a_fingerprint_is_the_one_openssh_shows(tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_text(f"{ONE.get_name()} {ONE.get_base64()}\n")
    shown = subprocess.run(["ssh-keygen", "-l", "-f", str(tmp_path / "key.pub")], capture_output=True, text=True)
    assert fingerprint(ONE).split()[1] in shown.stdout.split()
