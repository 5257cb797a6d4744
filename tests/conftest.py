"""What all tests share: where the recordings of real devices lie, and to skip where they do not."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recordings, vectors and the lab; set WIREMAP_SHARED where it is not beside the checkout."""
    folder = Path(os.environ.get("WIREMAP_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "recordings").is_dir():
        pytest.skip(f"no recordings here: {folder}")
    return folder
