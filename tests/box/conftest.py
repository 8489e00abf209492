"""A room in every setting that this machine has, for what is tried from inside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from confined import SETTINGS, Room, Setting, new_room


@pytest.fixture(scope="module", params=SETTINGS, ids=str)
def setting(request: pytest.FixtureRequest) -> Setting:
    found: Setting = request.param
    return found


@pytest.fixture(params=[setting for setting in SETTINGS if "first" not in setting.name], ids=str)
def room(request: pytest.FixtureRequest) -> Iterator[Room]:
    with new_room(request.param) as made:
        yield made


@pytest.fixture
def any_room(setting: Setting) -> Iterator[Room]:
    with new_room(setting) as made:
        yield made


@pytest.fixture
def my_room() -> Iterator[Room]:
    with new_room(SETTINGS[0]) as made:
        yield made
