"""Homes that the campaigns copy before they hurt them."""
import shutil

import pytest

from campaign import Lab


def pytest_collection_modifyitems(items):
    if shutil.which("strace") is None:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="no strace"))


@pytest.fixture(scope="session")
def fresh():
    """A home as init makes it, without passphrases. Copied, never used itself."""
    with Lab() as lab:
        lab.json("init", "--org", "Example", "--domain", "internal.example", "--no-passphrase")
        yield lab


@pytest.fixture(scope="session")
def used(fresh):
    """The same with two certificates and a revoked one."""
    with Lab(fresh) as lab:
        for name in ("one", "two", "gone"):
            lab.json("issue", "server", f"{name}.internal.example")
        lab.json("revoke", "gone.internal.example")
        yield lab
