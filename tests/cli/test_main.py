import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Wiremap
from wiremap_lab import __version__
from wiremap_lab.cli import COMMANDS
from wiremap_lab.cli.exits import ExitCode, exit_code_of
from wiremap_lab.cli.output import Format, emit, write_text
from wiremap_lab.cli.reported import read_reported
from wiremap_lab.errors import IntegrityFault, InvalidFile, StoreError, Unreachable, WiremapError
from wiremap_lab.reports.model import Sheet

HEAVY = (
    "pandas",
    "numpy",
    "scapy",
    "matplotlib",
    "networkx",
    "sqlalchemy",
    "netmiko",
    "pysnmp",
    "cryptography",
    "rich.table",
)
BELOW = {"lab": ("up", "move", "status", "down"), "config": ("show",)}


def python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)


def test_help_imports_no_library_that_a_command_needs() -> None:
    said = python(
        "-c",
        "import sys; from wiremap_lab.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)",
    )
    assert said.stderr.strip() == "[]"


def test_help_names_every_command_and_what_it_does(wiremap: Wiremap) -> None:
    said = wiremap("--help")
    assert said.code == 0
    told = " ".join(said.out.split())
    assert all(f"{name} {command.help}" in told for name, command in COMMANDS.items())


@pytest.mark.parametrize("words", [(name, *below) for name in COMMANDS for below in [(), *zip(BELOW.get(name, ()))]])
def test_every_command_has_help_of_its_own(wiremap: Wiremap, words: tuple[str, ...]) -> None:
    said = wiremap(*words, "--help")
    assert said.code == 0
    assert f"Usage: wiremap {' '.join(words)}" in said.out
    assert len(said.out.splitlines()) > 6


def test_every_group_tells_its_commands_here() -> None:
    assert {name for name, command in COMMANDS.items() if command.group} == set(BELOW)


def test_the_version_is_the_packages() -> None:
    assert python("-m", "wiremap_lab", "--version").stdout == f"wiremap {__version__}\n"


def test_a_command_misspelt_is_a_usage_error_with_a_suggestion(wiremap: Wiremap) -> None:
    said = wiremap("colect")
    assert said.code == ExitCode.USAGE
    assert "'collect'" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("fault", "code"),
    [(InvalidFile([]), 2), (StoreError(), 2), (IntegrityFault(), 5), (Unreachable(), 4)],
)
def test_a_fault_has_the_exit_code_that_is_documented(fault: WiremapError, code: int) -> None:
    assert exit_code_of(fault) == code


def test_a_reader_that_goes_away_is_no_news() -> None:
    said = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -m wiremap_lab --help | true"], capture_output=True, text=True, check=False
    )
    assert said.stderr == ""


SHEET = Sheet("ports", "Ports", ("switch", "port"), (("sw1", "=1+1"), ("sw1", None)))


def test_a_cell_a_spreadsheet_would_run_is_quoted_in_csv(capsys: pytest.CaptureFixture[str]) -> None:
    emit([SHEET], Format.CSV)
    assert capsys.readouterr().out == "switch,port\r\nsw1,'=1+1\r\nsw1,\r\n"


def test_json_says_the_version_of_its_form(capsys: pytest.CaptureFixture[str]) -> None:
    emit([SHEET], Format.JSON, facts={"run": 7})
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "schema_version": 1,
        "run": 7,
        "ports": [{"switch": "sw1", "port": "=1+1"}, {"switch": "sw1", "port": None}],
    }


def test_quiet_tells_nothing_but_errors(wiremap: Wiremap, tmp_path: Path) -> None:
    (tmp_path / "sw1.snmprec").write_text("no recording\n")
    words = ("infer", "--replay", tmp_path)
    assert "skipped sw1" in wiremap(*words).err
    assert wiremap("-q", *words).err == wiremap(*words, "-q").err == ""
    assert "no such file" in wiremap("-q", "infer", "--replay", tmp_path / "nowhere").err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [60, 80, 132])
def test_a_table_too_wide_for_the_terminal_goes_on_below_with_every_word_whole(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    words = [f"word-{number:03}-{number * 7:05}" for number in range(14)]
    prose = "because the forwarding table of the switch has it, " * 3
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("COLUMNS", str(width))
    emit([Sheet("wide", "Wide", (*(f"c{n}" for n in range(14)), "why"), ((*words, prose),))], Format.TABLE)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue())
    lines = shown.splitlines()
    assert max(map(len, lines)) <= width
    assert all(word in shown for word in (*words, *prose.split()))
    assert sum("c0 " in line for line in lines) == sum(words[0] in line for line in lines) > 1


def test_a_folder_that_is_a_file_is_a_fault_of_the_user_and_no_traceback(wiremap: Wiremap, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    with pytest.raises(InvalidFile, match="cannot be written"):
        write_text(taken / "report.html", "")
    said = wiremap("demo", "two-rooms", "-o", taken)
    assert said.code == ExitCode.USAGE
    assert "cannot be a folder" in said.err


def test_the_demo_writes_over_no_database_of_somebody_else(wiremap: Wiremap, tmp_path: Path) -> None:
    theirs = tmp_path / "demo.db"
    theirs.write_text("the only copy of something, long enough to be looked at as the head of a database file\n" * 9)
    said = wiremap("demo", "two-rooms", "-o", tmp_path)
    assert said.code == ExitCode.USAGE
    assert "not a database" in said.err
    assert theirs.read_text().startswith("the only copy")


def test_a_file_that_is_not_there_is_told_with_the_option_that_names_another(wiremap: Wiremap, tmp_path: Path) -> None:
    assert "(-i names another)" in wiremap("doctor", "-i", tmp_path / "gone.yaml").err


@pytest.mark.parametrize(
    ("text", "said"),
    [("{}", "key 'now' is missing"), ("[]", "not of the form"), ("# Title", "cannot be read")],
)
def test_what_no_device_reports_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(InvalidFile, match=said) as refused:
        read_reported(text, path="truth.json")
    assert "wiremap lab status --json" in str(refused.value)


def test_reports_without_a_device_to_ask_for_are_a_usage_error(wiremap: Wiremap) -> None:
    said = wiremap("resolve", "--reports", "truth.json")
    assert said.code == ExitCode.USAGE
    assert "needs --device" in said.err


def test_a_campus_that_does_not_run_is_told_without_the_number_of_an_error(wiremap: Wiremap, tmp_path: Path) -> None:
    said = wiremap("lab", "down", "--state-dir", tmp_path)
    assert said.code == ExitCode.USAGE
    assert "Errno" not in said.err
    assert "wiremap lab up starts one" in said.err
