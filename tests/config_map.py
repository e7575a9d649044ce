"""A volume as the kubelet mounts it: files are links into ..data, a link to a folder with a new name each time."""

from collections.abc import Mapping
from pathlib import Path


def mount(folder: Path, files: Mapping[str, str], version: str) -> None:
    """Have the folder hold these files: at first, or swapped as a whole for those of another `version`.

    A file may be in a folder of its own (`a/b`), as with a projected volume: then that one is the link.
    """
    (folder / version).mkdir(parents=True)
    for name, text in files.items():
        (folder / version / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / version / name).write_text(text)
    names = {name.partition("/")[0] for name in files}
    (folder / "..data_tmp").symlink_to(version)
    (folder / "..data_tmp").replace(folder / "..data")
    for name in names:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(Path("..data") / name)
    for link in folder.iterdir():
        if not link.name.startswith("..") and link.name not in names:
            link.unlink()
