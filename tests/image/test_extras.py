"""The image with what only some want in it."""

import os
import tomllib
from pathlib import Path

import pytest

from tests.image.container import HARDENED, any_user, docker

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

IMPORTED = {"otel": "opentelemetry.sdk.trace, opentelemetry.exporter.otlp.proto.http"}
"""What each extra is for."""


def test_every_extra_is_tried() -> None:
    assert PROJECT["optional-dependencies"].keys() == IMPORTED.keys()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("extra", IMPORTED)
async def test_an_extra_is_in_the_image_that_is_built_with_it_only(image: str, extra: str) -> None:
    name = f"{image}-{extra}"
    arguments = (f"--build-arg=BASE_IMAGE={os.environ['IMAGE_BASE']}", f"--build-arg=EXTRAS={extra}")
    build = ("build", "--quiet", "--network=host", *arguments, f"--tag={name}", str(ROOT))
    # Twice at most: an index may be out of reach for a moment.
    code, said = await docker(*build, within=140)
    if code:
        code, said = await docker(*build, within=140)
    assert code == 0, said

    codes = [(await _runs(one, f"import {IMPORTED[extra]}"))[0] for one in (name, image)]

    assert codes == [0, 1]
    assert await _runs(name, "import cli.serve, cli.worker") == (0, "")


async def _runs(image: str, script: str) -> tuple[int, str]:
    return await docker(
        "run", "--rm", "--network=none", any_user(), *HARDENED, "--entrypoint=python", image, "-c", script
    )
