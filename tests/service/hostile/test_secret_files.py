"""A file of client secrets that goes wrong while the receiver runs: the last good ones stay, and somebody hears."""

from collections.abc import Callable
from pathlib import Path

from tests.config_map import mount
from tests.redis_server import RedisServer
from tests.service.hostile.besieged import Besieged, besieged
from tests.service.hostile.shapes import fresh
from tests.waiting import eventually

NAME = "client-secrets"
GAUGE = "autotagger_client_secrets_last_reload_successful"


def missing(folder: Path) -> None:
    (folder / NAME).resolve().unlink()


def link_missing(folder: Path) -> None:
    (folder / "..data").unlink()


def link_dangling(folder: Path) -> None:
    (folder / "..data_tmp").symlink_to("..nowhere")
    (folder / "..data_tmp").replace(folder / "..data")


def link_to_itself(folder: Path) -> None:
    (folder / NAME).unlink()
    (folder / NAME).symlink_to(NAME)


def another_folder(folder: Path) -> None:
    (folder / "..folder" / NAME).mkdir(parents=True)
    (folder / "..data_tmp").symlink_to("..folder")
    (folder / "..data_tmp").replace(folder / "..data")


def holding(content: bytes) -> Callable[[Path], None]:
    """The file holds this, written in place as no kubelet would, but people do."""

    def hold(folder: Path) -> None:
        (folder / NAME).resolve().write_bytes(content)

    return hold


MISHAPS: dict[str, Callable[[Path], None]] = {
    "missing": missing,
    "its link missing": link_missing,
    "its link dangling": link_dangling,
    "a link to itself": link_to_itself,
    "a folder": another_folder,
    "empty": holding(b""),
    "only a line end": holding(b"\n"),
    "not UTF-8": holding(b"new-secret\xff"),
    "UTF-16": holding("new-secret".encode("utf-16")),
    "NUL": holding(b"\0" * 20),
    "a byte order mark": holding(b"\xef\xbb\xbfnew-secret"),
    "words": holding(b"new secret"),
    "a comma too many": holding(b"new-secret,"),
    "too large": holding(b"x" * 100_000),
}


async def test_whatever_happens_to_the_file_the_last_good_secrets_stay(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    mount(tmp_path, {NAME: "secret-0\n"}, "..version-0")
    settings = {"AUTOTAGGER_CLIENT_SECRETS_FILE": str(tmp_path / NAME), "AUTOTAGGER_SECRETS_INTERVAL": "0.05"}

    async with besieged(redis_server, **settings) as receiver:
        for number, (name, mishap) in enumerate(MISHAPS.items()):
            mishap(tmp_path)
            await eventually(lambda: told(receiver, 0))
            kept = await receiver.post(fresh(), secret=f"secret-{number}")

            (tmp_path / NAME).unlink(missing_ok=True)
            mount(tmp_path, {NAME: f"secret-{number + 1}\n"}, f"..version-{number + 1}")
            await eventually(lambda: told(receiver, 1))
            taken_up = await receiver.post(fresh(), secret=f"secret-{number + 1}")
            forgotten = await receiver.post(fresh(), secret=f"secret-{number}")

            assert (name, kept, taken_up, forgotten) == (name, 200, 200, 401)

    said = "\n".join(await receiver.program.said)
    assert said.count("the client secrets stay as they were") == len(MISHAPS)
    assert "new-secret" not in said
    assert "secret-" not in said.replace("client-secrets", "")


async def told(receiver: Besieged, good: int) -> bool:
    text = (await receiver.client.get(f"{receiver.program.urls[1]}/metrics")).text
    return f"{GAUGE} {float(good)}" in text
