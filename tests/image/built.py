"""What the image's tests share: one base, one build, one container."""
import os
import pathlib
import shutil
import tempfile
import time

import pytest
from downloads import Downloads
from image import NAME, Container, Store
from testbed.programs import ROOT, version

PROGRAMS = ROOT / ".tools" / "e2e" / f"argocd-{version('current')}"


@pytest.fixture(scope="session")
def folder():
    """Everything that is made; gone afterwards unless IMAGE_FOLDER names a place."""
    kept = os.environ.get("IMAGE_FOLDER")
    path = pathlib.Path(kept or tempfile.mkdtemp(prefix="drift-image-"))
    path.mkdir(parents=True, exist_ok=True)
    yield path
    if not kept:
        shutil.rmtree(path)


@pytest.fixture(scope="session")
def store(folder):
    start = time.monotonic()
    made = Store(folder)
    print(f"\nbase image: {time.monotonic() - start:.0f} s")
    return made


@pytest.fixture(scope="session")
def downloads(folder):
    served = Downloads(folder / "downloads", PROGRAMS)
    yield served
    served.stop()


@pytest.fixture(scope="session")
def image(store, downloads):
    """The image, built; its store."""
    start = time.monotonic()
    store.build(downloads.arguments, "--tag", NAME)
    print(f"image: {time.monotonic() - start:.0f} s")
    for size, how in store.layers():
        print(f"{size / 1e6:8.1f} MB  {' '.join(how.split())[:100]}")
    return store


@pytest.fixture(scope="session")
def container(image):
    made = Container(image)
    yield made
    made.remove()
