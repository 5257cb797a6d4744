from pathlib import Path

import pytest

from wiremap_lab.collectors.memory import DeviceMemory, load_memory, save_memory

SW1 = DeviceMemory("sw1", ("old", "shell"), max_repetitions=64, timeout=2.5, contexts=("10", "20"))


def test_what_worked_is_remembered_and_other_devices_are_not_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "state" / "memory.json"
    save_memory(path, {"sw1": SW1, "sw2": DeviceMemory("sw2", ("new",))})
    save_memory(path, {"sw2": DeviceMemory("sw2", ("old",))})
    assert load_memory(path) == {"sw1": SW1, "sw2": DeviceMemory("sw2", ("old",))}
    assert [each.name for each in path.parent.iterdir()] == ["memory.json"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"devices": 1}', '{"devices": {"sw1": 1}}', '{"devices": {"sw1": {"timeout": "soon"}}}', "\x00"],
)
def test_a_file_that_makes_no_sense_is_no_memory_and_is_written_anew(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "memory.json"
    path.write_text(text)
    assert load_memory(path) == {}
    assert "is not used" in caplog.text
    save_memory(path, {"sw1": SW1})
    assert load_memory(path) == {"sw1": SW1}


def test_what_a_later_version_remembers_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "memory.json"
    path.write_text('{"schema_version": 2, "devices": {"sw1": {"profiles": ["old"], "mood": "good"}}}')
    assert load_memory(path) == {"sw1": DeviceMemory("sw1", ("old",))}


def test_where_nothing_can_be_written_the_run_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    save_memory(tmp_path / "file" / "memory.json", {"sw1": SW1})
    assert "not remembered" in caplog.text
