"""How the tests run the command: in this process, with what it said and the exit code it left with."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from wiremap_lab.cli import main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Wiremap = Callable[..., Ran]


@pytest.fixture
def wiremap(capsys: pytest.CaptureFixture[str]) -> Wiremap:
    """Run ``wiremap WORDS`` and say what came of it."""

    def run(*words: object) -> Ran:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        out, err = capsys.readouterr()
        code = left.value.code
        return Ran(code if isinstance(code, int) else int(code is not None), out, err)

    return run
