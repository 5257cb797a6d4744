"""`wiremap read`: recordings in, documents out."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Wiremap
from wiremap_lab.collectors import recordings

FOLDER = Path(__file__).parents[2] / "data" / "recordings"


def test_each_file_is_a_document_of_one_line(wiremap: Wiremap) -> None:
    paths = sorted(FOLDER.glob("*/recording.snmprec"))
    ran = wiremap("read", "--format", "jsonl", *paths)
    assert ran.code == 0
    documents = [json.loads(line) for line in ran.out.splitlines()]
    assert [document["path"] for document in documents] == [str(path) for path in paths]
    assert all(document["schema_version"] == 1 for document in documents)


def test_a_line_separator_in_a_name_ends_no_document(wiremap: Wiremap, tmp_path: Path) -> None:
    odd = tmp_path / "odd.snmprec"
    odd.write_text(
        "1.3.6.1.2.1.2.2.1.2.1|4|north\u2028wing\n1.3.6.1.2.1.31.1.1.1.1.1|4|\u0085p\u20291\n", encoding="utf-8"
    )
    [line] = wiremap("read", "--format", "jsonl", odd).out.splitlines()
    assert json.loads(line)["tables"]["interfaces"][0]["descr"] == "north\u2028wing"


def test_a_fault_of_ours_on_one_file_leaves_the_others(
    wiremap: Wiremap, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.snmprec"
    broken.write_text("1.3.6.1.2.1.1.5.0|4|sw\n")
    read_file = recordings.read_file
    monkeypatch.setattr(recordings, "read_file", lambda path: read_file(path) if path != broken else 1 // 0)
    ran = wiremap("read", "--format", "jsonl", broken, FOLDER / "acme-fdb" / "recording.snmprec")
    assert ran.code == 3
    assert len(ran.out.splitlines()) == 1
    assert "ZeroDivisionError" in ran.err


def test_one_file_is_one_document_of_json(wiremap: Wiremap) -> None:
    ran = wiremap("read", "--json", FOLDER / "acme-phones" / "recording.snmprec")
    document = json.loads(ran.out)
    assert document["complete"] is False
    assert document["incomplete"] == [{"root": "1.3.6.1.2.1.17.4.3.1.2", "reason": "timeout"}]


def test_a_table_counts_what_each_file_has(wiremap: Wiremap) -> None:
    ran = wiremap("read", FOLDER / "acme-fdb" / "recording.snmprec")
    assert ran.code == 0
    assert "fdb" in ran.out


def test_what_cannot_be_read_is_told_and_the_rest_is_read(wiremap: Wiremap, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.snmprec"
    rubbish.write_text("hello\n")
    ran = wiremap("read", "--format", "jsonl", rubbish, FOLDER / "acme-fdb" / "recording.snmprec")
    assert ran.code == 3
    assert len(ran.out.splitlines()) == 1
    assert f"{rubbish}:1" in ran.err
    assert wiremap("read", rubbish).code == 4


def test_a_text_needs_its_platform_and_its_command(wiremap: Wiremap, tmp_path: Path) -> None:
    text = tmp_path / "arp.txt"
    text.write_text("Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n")
    ran = wiremap("read", "--platform", "cisco_ios", text)
    assert ran.code == 2
    assert "--command" in ran.err
