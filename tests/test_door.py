"""What the package offers by name is there, and to import the package loads none of it."""

import subprocess
import sys

import pytest

import wiremap_lab


@pytest.mark.parametrize("name", wiremap_lab.__all__)
def test_every_name_on_the_door_leads_to_its_thing(name: str) -> None:
    assert getattr(wiremap_lab, name).__name__ == name


def test_the_door_has_no_name_that_is_not_on_it() -> None:
    assert not hasattr(wiremap_lab, "phlogiston")


def test_to_import_the_package_loads_no_other_module_of_it() -> None:
    say = "import sys, wiremap_lab; print([name for name in sys.modules if name.startswith('wiremap_lab.')])"
    assert subprocess.run([sys.executable, "-c", say], capture_output=True, text=True, check=True).stdout == "[]\n"
