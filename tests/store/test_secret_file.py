"""The development secret: made once, kept to its owner, taken up again."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gatepost.errors import ConfigurationError
from gatepost.settings import MINIMUM_SECRET_LENGTH
from gatepost.store.secret_file import rotate_secret, take_up_secret

WORKERS = 16


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_it_is_made_for_its_owner_alone(tmp_path: Path, umask: int) -> None:
    """The file is 0600 in a directory of 0700, whatever the umask."""
    before = os.umask(umask)
    try:
        secret, path, made = take_up_secret(tmp_path / "data")
    finally:
        os.umask(before)
    assert made
    assert path == tmp_path / "data" / "secret"
    assert (_mode(path), _mode(path.parent)) == (0o600, 0o700)
    assert len(secret.current.reveal()) >= MINIMUM_SECRET_LENGTH
    assert [entry.name for entry in path.parent.iterdir()] == ["secret"]


def test_it_is_taken_up_again(tmp_path: Path) -> None:
    """A later start has the same secret, and does not claim to have made it."""
    first, path, _ = take_up_secret(tmp_path)
    second, same_path, made = take_up_secret(tmp_path)
    assert (second.current.reveal(), same_path, made) == (first.current.reveal(), path, False)


def test_two_directories_have_two_secrets(tmp_path: Path) -> None:
    """Nothing of the secret comes from where it is made."""
    one, _, _ = take_up_secret(tmp_path / "one")
    two, _, _ = take_up_secret(tmp_path / "two")
    assert one.current.reveal() != two.current.reveal()


def test_a_line_break_at_its_end_is_no_part_of_it(tmp_path: Path) -> None:
    """A file that an editor has touched is the same secret."""
    secret, path, _ = take_up_secret(tmp_path)
    path.write_text(secret.current.reveal() + "\n")
    assert take_up_secret(tmp_path)[0].current.reveal() == secret.current.reveal()


BAD: dict[str, tuple[bytes, int]] = {
    "empty": (b"", 0o600),
    "too short": (b"x" * (MINIMUM_SECRET_LENGTH - 1), 0o600),
    "blanks": (b" " * 100, 0o600),
    "no text": (bytes(range(128, 200)), 0o600),
    "a short one among several": (b"2:" + b"q7Zk2vXw9TtR4mJ8dLbN5cHs-and-some-more,1:short", 0o600),
    "one version twice": (
        b"1:q7Zk2vXw9TtR4mJ8dLbN5cHs-and-more,1:Hy3GpW8sK2fUq6VnX4zRb9Tm-and-more",
        0o600,
    ),
    "readable by the group": (b"x" * 64, 0o640),
    "readable by all": (b"x" * 64, 0o644),
    "writable by all": (b"x" * 64, 0o602),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused(tmp_path: Path, name: str) -> None:
    """A secret that is none, or that others may read, stops the start with words."""
    content, mode = BAD[name]
    path = tmp_path / "secret"
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match=str(path)):
        take_up_secret(tmp_path)
    assert path.read_bytes() == content


def test_a_directory_in_its_place_is_refused(tmp_path: Path) -> None:
    """What is no file is no secret."""
    (tmp_path / "secret").mkdir(mode=0o700)
    with pytest.raises(ConfigurationError):
        take_up_secret(tmp_path)


def test_a_link_to_nowhere_is_refused(tmp_path: Path) -> None:
    """A secret is not made through a link."""
    (tmp_path / "secret").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError):
        take_up_secret(tmp_path)
    assert not (tmp_path / "elsewhere").exists()


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """The message says where, and which variable changes it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="GATEPOST_DATA_DIR"):
        take_up_secret(tmp_path / "file" / "data")


def test_threads_agree(tmp_path: Path) -> None:
    """Of many that start at once one makes it, and all have it."""
    with ThreadPoolExecutor(WORKERS) as pool:
        found = list(pool.map(lambda _: take_up_secret(tmp_path / "data"), range(WORKERS)))
    assert len({secret.current.reveal() for secret, _, _ in found}) == 1
    assert sum(made for _, _, made in found) == 1


def test_processes_agree(tmp_path: Path) -> None:
    """Processes agree as threads do."""
    program = (
        "import sys; from pathlib import Path\n"
        "from gatepost.store.secret_file import take_up_secret\n"
        "secret, _, made = take_up_secret(Path(sys.argv[1])); print(secret.current.reveal(), made)"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "data")],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said = [process.communicate()[0].split() for process in running]
    assert len({secret for secret, _ in said}) == 1
    assert [made for _, made in said].count("True") == 1


def test_rotated_it_holds_the_new_and_the_old(tmp_path: Path) -> None:
    """Each rotation puts one in front, and what was there stays, for its owner alone."""
    first, path, _ = take_up_secret(tmp_path)
    for times in (1, 2):
        assert rotate_secret(tmp_path) == path
        secrets, _, made = take_up_secret(tmp_path)
        assert not made
        assert [version for version, _ in secrets.versioned] == list(range(times + 1, 0, -1))
        assert secrets.by_version[1] == first.current
        assert secrets.current != first.current
        assert _mode(path) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"]


def test_there_is_nothing_to_rotate_before_the_first_start(tmp_path: Path) -> None:
    """No file is made, and the message says where a secret may come from instead."""
    with pytest.raises(ConfigurationError, match="gatepost secret"):
        rotate_secret(tmp_path)
    assert list(tmp_path.iterdir()) == []
