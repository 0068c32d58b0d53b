"""An SQLite file on a network file system is not safe: the locks it relies on are not kept there, and WAL needs shared memory."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from sync.errors import SettingsError

MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = re.compile(
    r"nfs|nfs4|cifs|smb|smb2|smb3|smbfs|afpfs|afs|9p|ceph|glusterfs|lustre|gpfs|beegfs|webdav|davfs|ncpfs|pvfs2|orangefs"
    r"|fuse\.(sshfs|s3fs|rclone|davfs2?|glusterfs|ceph|gcsfuse|goofys|gvfsd-fuse|smbnetfs|juicefs|mfs|google-drive-ocamlfuse)"
)


def refuse_network(path: Path, mounts: str | None = None) -> None:
    """Raises SettingsError where the file is, or would be, on a network file system."""
    kind = file_system(path, mounts)
    if is_network(kind):
        raise SettingsError(
            f"{path} is on a network file system ({kind}), where SQLite loses data: its locks are not kept there. Name a "
            "file on this machine's own disk; for a queue of several machines set FRAMEKILN_QUEUE to a libSQL server "
            "(libsql://…, or http://… of your own sqld)."
        )


def is_network(kind: str) -> bool:
    """Whether other machines may read and write there too."""
    return _NETWORK.fullmatch(kind) is not None


def file_system(path: Path, mounts: str | None = None) -> str:
    """The kind of the file system that the path is on, or would be; "" where the system does not say.

    `mounts` is the text of /proc/self/mountinfo.
    """
    whole = os.path.realpath(path)
    if mounts is None and not MOUNTS.exists():
        return _elsewhere(whole)
    found = [
        (len(point), order, kind)
        for order, (point, kind) in enumerate(_mounted(mounts or MOUNTS.read_text(encoding="utf-8", errors="replace")))
        if _under(whole, point)
    ]
    return max(found)[2] if found else ""  # of mounts on one point, the last covers the others


def _mounted(text: str) -> list[tuple[str, str]]:
    """Mount points and kinds. A line is: ids, device, root, point, options, optional fields, "-", kind, source, …"""
    found = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), before.split(" ")[4])
        found.append((point, after.split(" ")[0]))
    return found


def _elsewhere(whole: str) -> str:
    import psutil

    if sys.platform == "win32" and whole.startswith("\\\\"):
        return "smb"
    found = [disk for disk in psutil.disk_partitions(all=True) if _under(whole, disk.mountpoint)]
    if not found:
        return ""
    disk = max(found, key=lambda disk: len(disk.mountpoint))
    return "smb" if "remote" in disk.opts.split(",") else disk.fstype.lower()


def _under(whole: str, point: str) -> bool:
    return whole == point or whole.startswith(point.rstrip("/\\") + os.sep)
