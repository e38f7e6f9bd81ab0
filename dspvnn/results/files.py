"""Files: written whole or not at all, whatever stops the writer; read only where they have an end."""

import os
import stat
from pathlib import Path

KINDS = {
    stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}  # fmt: skip


def size_of(path: Path) -> int:
    """Return the bytes of a regular file; a ValueError names anything else, which might never end."""
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        kind = KINDS.get(stat.S_IFMT(about.st_mode), "something else")
        raise ValueError(f"{path}: must be a regular file, got {kind}")
    return about.st_size


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path` in one move; a reader, or a run that is killed, never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None  # a full disk does not say where
    finally:
        beside.unlink(missing_ok=True)
