"""Backups: a folder that holds one state of everything, and restores on either database.

    <backup>/catalog.db         SQLite, whatever the database was
    <backup>/blobs/…            the original documents that this state refers to
    <backup>/models/…           what was trained here
    <backup>/generations/…      the index that was served
    <backup>/erasure.key        what tombstones are made with
    <backup>/manifest.json      written last, with the checksum of all of the above
    <backup>/erasures.jsonl     people who were erased since: they stay away when it is restored

`listed` is the list in the catalog, `folder` the format, `making` and `restoring` the two ways.
"""

from catalog.store.backups.listed import Backups, ListedBackup

__all__ = ["Backups", "ListedBackup"]
