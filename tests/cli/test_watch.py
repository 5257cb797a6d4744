import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.simulator.campuses import campus
from wiremap_lab.cli import build
from wiremap_lab.lab.serve import serve_in_thread
from wiremap_lab.store.repository import Store

ROOT = Path(__file__).parents[2]


def test_a_watch_that_polls_once_keeps_a_run_and_then_nothing_is_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["watch", "-i", "inventory.yaml", "--db", "w.db"]
    with serve_in_thread(campus("two-rooms"), port=0) as served:
        Path("inventory.yaml").write_text(served.inventory())
        first = CliRunner().invoke(build(words), [*words, "--once", "--json"])
        again = CliRunner().invoke(build(words), [*words, "--once", "--json"])
        plan = CliRunner().invoke(build(words), [*words, "--dry-run"])
    assert (first.exit_code, again.exit_code, plan.exit_code) == (0, 0, 0)
    kinds = [json.loads(line)["kind"] for line in first.stdout.splitlines()]
    assert kinds.count("polled") == len(served.addresses)
    assert kinds[-1] == "saved"
    assert again.stdout == ""
    assert len(plan.stdout.splitlines()) == 3 * len(served.addresses)
    with Store.open("w.db") as store:
        assert len(store.runs()) == 1
        assert store.attachments_now()


@pytest.mark.parametrize("traps", ["162", "here:", "127.0.0.1:x"])
def test_an_address_for_traps_that_is_none_is_refused(
    traps: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("inventory.yaml").write_text(
        "profiles: {lab: {version: 2c, community: public}}\nhosts: {a: {host: 127.0.0.9, profiles: lab}}\n"
    )
    words = ["watch", "-i", "inventory.yaml", "--traps", traps]
    assert "not ADDRESS:PORT" in str(CliRunner().invoke(build(words), words).exception)


def start(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "wiremap_lab", "watch", "-i", "inventory.yaml", "--db", "w.db", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_watch_that_is_killed_goes_on_where_it_was_and_ends_cleanly_when_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with serve_in_thread(campus("two-rooms"), port=0) as served:
        Path("inventory.yaml").write_text(served.inventory())
        with start("--json") as first:
            assert first.stdout is not None
            assert any('"saved"' in line for line in first.stdout)
            first.kill()
        asked = sum(agent.requests for agent in served.agents.values())
        with start("--json", "--traps", "127.0.0.1:0") as again:
            assert again.stderr is not None
            assert any("hearing traps" in line for line in again.stderr)
            again.send_signal(signal.SIGINT)
            assert again.wait(20) == 130
        assert sum(agent.requests for agent in served.agents.values()) == asked
