"""`autotagger rules fmt`."""

import shutil
import sys
from pathlib import Path

import click

from cli.rules import arguments, output
from rules.editing.formatting import formatted
from rules.findings.finding import Findings
from rules.reading import document, loader
from rules.reading.loader import File
from rules.telling.report import plural


@click.command(short_help="Lay out the files of FOLDER in one way.")
@arguments.folder
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 if a file would change.")
def fmt(folder: Path, *, only_check: bool) -> None:
    """Lay out the files of FOLDER in one way: comments stay, and so does what the files say.

    Exits with 0 if all is done, with 1 if a file cannot be read, or with --check if one would change.
    """
    findings = Findings()
    files = tuple(loader.read_files(folder, findings))
    if not files and not findings.errors:
        findings.file(str(folder), "error", "no-tags-file", "there is no rule file in this folder")
    changed = {file.name: text for file in files if (text := _changed(file, findings)) is not None}
    done = [name for name, text in changed.items() if only_check or _replaced(Path(name), text, findings)]
    output.complain(findings.sorted())
    for name in done:
        click.echo(f"{name}: {'not formatted' if only_check else 'formatted'}")
    click.echo(f"{plural(len(files), 'file')}: {len(done)} {'to format' if only_check else 'formatted'}")
    sys.exit(bool(findings.errors or (only_check and changed)))


def _changed(file: File, findings: Findings) -> str | None:
    """The new text of a file, or None if it stays as it is."""
    source = document.decode(file.name, file.content, findings)
    text = formatted(source, findings) if source else None
    return None if text is None or text.encode() == file.content else text


def _replaced(path: Path, text: str, findings: Findings) -> bool:
    """Write a file at once or not at all: nobody finds half of it."""
    target = path.resolve()
    beside = target.with_name(f".{target.name}.new")
    try:
        beside.write_bytes(text.encode())
        shutil.copymode(target, beside)
        beside.replace(target)
    except OSError as error:
        if beside.is_file():
            beside.unlink()
        findings.file(str(path), "error", "unreadable", f"this file cannot be written: {error.strerror}")
        return False
    return True
