"""Whatever a file holds, it is an inventory or an invalid file, in every format, and in no time."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.collectors.inventory import test_formats as samples
from wiremap_lab.collectors.inventory.formats import FORMATS, open_sources
from wiremap_lab.collectors.inventory.model import Inventory
from wiremap_lab.errors import InvalidFile

_WORDS = """
all hosts vars children _meta hostvars sources devices auths namespaces name source device auth url type path copy
topology nodes kinds defaults groups kind mgmt-ipv4 prefix labels profiles host port csv file map delimiter
model_map hostname username password platform data connection_options netmiko extras gpg sw[1:3] << transport
version user ansible_host ansible_port ansible_user site role tags
"""
KEYS = st.sampled_from(_WORDS.split())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 70_000) | st.text(max_size=8) | KEYS | st.just("ssh://a@b:c x=y"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


QUICKLY = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)


def opened(text: str, path: Path, form: str) -> Inventory | None:
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        return open_sources([f"{form}:{path}" if form else str(path)], tokens={}, ask=str)
    except InvalidFile:
        return None


@pytest.mark.parametrize("form", ["", *FORMATS])
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(document=VALUES)
def test_any_document_is_an_inventory_or_an_invalid_file(tmp_path: Path, form: str, document: object) -> None:
    opened(json.dumps(document), tmp_path / "some.yaml", form)
    opened(json.dumps(document), tmp_path / "some.json", form)


@pytest.mark.parametrize("form", ["", *FORMATS])
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(text=st.text(alphabet=st.sampled_from("name,host:;\t\n\"'#[]{}&*!|- 01/\\\x00é"), max_size=60))
def test_any_text_is_an_inventory_or_an_invalid_file(tmp_path: Path, form: str, text: str) -> None:
    opened(text, tmp_path / "some.txt", form)


SAMPLES = {
    "nornir": samples.NORNIR["hosts.yaml"],
    "ansible": samples.ANSIBLE_YAML,
    "suzieq": samples.SUZIEQ,
    "containerlab": samples.CONTAINERLAB,
    "oxidized": samples.OXIDIZED_CONFIG,
    "csv": samples.CSV,
    "wiremap": samples.WAYS,
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_that_breaks_off_anywhere_is_an_inventory_or_an_invalid_file(tmp_path: Path, name: str) -> None:
    for end in range(0, len(SAMPLES[name]), 7):
        opened(SAMPLES[name][:end], tmp_path / "some.yaml", "")
        opened(SAMPLES[name][:end], tmp_path / "some.txt", name)


def ansible(count: int) -> str:
    hosts = {f"sw{number}": {"ansible_host": f"10.0.{number >> 8}.{number & 255}"} for number in range(count)}
    groups = {f"site{at}": {"hosts": [f"sw{number}" for number in range(at, count, 50)]} for at in range(50)}
    return json.dumps({"_meta": {"hostvars": hosts}, "all": {"children": sorted(groups)}, **groups})


def table(count: int) -> str:
    return "name,host\n" + "".join(f"sw{number},10.0.{number >> 8}.{number & 255}\n" for number in range(count))


@pytest.mark.parametrize(("made", "name"), [(ansible, "list.json"), (table, "list.csv")])
def test_ten_times_the_hosts_take_some_ten_times_as_long(tmp_path: Path, made: Callable[[int], str], name: str) -> None:
    ways = tmp_path / "ways.yaml"
    ways.write_text(samples.WAYS)
    spent: list[float] = []
    for count in (500, 5000):
        (tmp_path / name).write_text(made(count))
        begun = time.process_time()
        assert len(open_sources([str(tmp_path / name), str(ways)], tokens={}, ask=str).hosts) == count
        spent.append(time.process_time() - begun)
    assert spent[1] < 30 * spent[0] + 0.2
    assert spent[1] < 10
