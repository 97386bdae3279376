"""Which files does a container have? A copy of the image's, its own and new for each run, as a container's writes are.

What is large (models) is linked and not copied: a program that writes into such a file would write into the image.
"""

from __future__ import annotations

import os
import shutil

#: Bytes from which a file is linked.
LARGE = 1024 * 1024


def lay_out(files: str, root: str) -> None:
    """Makes `root` anew out of the image's folder. OSError where that is gone."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(files, root, symlinks=True, copy_function=_copy)


def _copy(source: str, target: str) -> None:
    if os.path.getsize(source) >= LARGE and not os.path.islink(source):
        os.symlink(source, target)
    else:
        shutil.copy2(source, target, follow_symlinks=False)
