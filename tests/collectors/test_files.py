from pathlib import Path

import pytest

from wiremap_lab.collectors.collect import Collected, Skipped, collect
from wiremap_lab.collectors.files import sources
from wiremap_lab.errors import InvalidFile

SYS_NAME = "1.3.6.1.2.1.1.5.0|4|{}\n"


def test_a_folder_stands_for_its_recordings_and_a_context_belongs_to_its_device(tmp_path: Path) -> None:
    for name in ("core-1", "core-1@20", "odd@name"):
        (tmp_path / f"{name}.snmprec").write_text(SYS_NAME.format(name))
    assert [name for name, _ in sources([tmp_path])] == ["core-1", "odd@name"]


def test_what_does_not_exist_and_an_empty_folder_are_both_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile) as fault:
        sources([tmp_path, tmp_path / "nowhere"])
    assert [each.what for each in fault.value.faults] == [
        "neither .snmprec or .session.json files nor documents in this folder",
        "no such file",
    ]


async def test_a_file_that_is_no_recording_is_skipped_and_disturbs_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.snmprec").write_text("hello\n")
    (tmp_path / "b.snmprec").write_text(SYS_NAME.format("b"))
    bad, good = await collect(sources([tmp_path]), at_once=1)
    assert isinstance(bad, Skipped)
    assert "a.snmprec:1" in bad.reason
    assert isinstance(good, Collected)
    assert good.tables.system is not None
