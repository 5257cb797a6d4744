"""The line that helps is the one of the device's own make."""

from pathlib import Path

import pytest

from wiremap_lab.collectors.advice import GENERAL, TOPICS, Platform, line, platform_of, platforms
from wiremap_lab.readers.mibs.system import system
from wiremap_lab.simulator.models import MODELS
from wiremap_lab.snmp.recording import load
from wiremap_lab.tables import Oid, System

ENTERPRISES: Oid = (1, 3, 6, 1, 4, 1)


def told(*object_id: int) -> System:
    return System("sw1", "", "", (*ENTERPRISES, *object_id))


@pytest.mark.parametrize("platform", platforms(), ids=lambda each: each.id)
def test_every_platform_says_how_lldp_is_turned_on_and_where_that_is_written(platform: Platform) -> None:
    assert platform.lines["lldp"]
    assert len(platform.source) > 10
    assert all(root[: len(ENTERPRISES)] == ENTERPRISES for root in platform.roots)


def test_no_two_platforms_have_one_root() -> None:
    roots = [root for platform in platforms() for root in platform.roots]
    assert len(roots) == len({*roots})


def test_the_most_special_root_decides() -> None:
    assert line(told(9, 1, 1208), "lldp") == "lldp run (Cisco IOS and IOS XE)"
    assert line(told(9, 12, 3, 1, 3, 1812), "lldp") == "feature lldp (Cisco NX-OS)"
    assert line(told(2011, 2, 23, 742), "lldp") == "lldp enable (Huawei VRP)"
    assert line(told(2011, 10, 1, 1), "lldp") == "lldp global enable (HPE Comware and H3C)"


@pytest.mark.parametrize("topic", TOPICS)
def test_who_is_of_no_known_make_is_told_in_general(topic: str) -> None:
    assert line(told(424242, 1), topic) == line(None, topic) == GENERAL[topic]


def test_the_makes_of_the_virtual_campus_are_known_but_for_the_nameless_one() -> None:
    unknown = {name for name, model in MODELS.items() if platform_of(System("", "", "", model.object_id)) is None}
    assert unknown == {"smart-managed"}


def test_most_real_switches_are_of_a_known_make(shared: Path) -> None:
    recorded = [load(path) for path in sorted((shared / "recordings" / "snmp").rglob("*.snmprec"))[::4]]
    known = [platform_of(system(each.walk)) is not None for each in recorded]
    assert sum(known) >= 0.5 * len(known)
