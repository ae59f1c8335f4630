"""Released versions: archives that stay, opened only when they are what was released."""

import json
import re
import zipfile

import pytest

from made_up import release_twice, write_packages
from opendata import archives, read
from opendata.errors import UnreadablePackage
from opendata.formats import to_zip


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A package with two releases."""
    folder = write_packages(tmp_path_factory.mktemp("made-up")) / "trade"
    release_twice(folder)
    return folder


def find_archives(folder):
    """The archives of the package in a folder."""
    return archives.find_archives(read.read_source(folder))


def copy_with(folder, tmp_path, **files):
    """A copy of the package whose release 1.0.0 has other files; ``None`` takes one away."""
    (first,) = [archive for archive in find_archives(folder) if archive.version == "1.0.0"]
    members = {**archives.read_files(first.open()), **{name.replace("_", "."): data for name, data in files.items()}}
    place = tmp_path / "trade" / "releases"
    place.mkdir(parents=True)
    for name in ("datapackage.json", "observations.csv"):
        (place.parent / name).write_bytes((folder / name).read_bytes())
    (place / "1.0.0.zip").write_bytes(to_zip({name: data for name, data in members.items() if data is not None}))
    return place.parent


def test_releases_are_found_newest_first(released):
    """Those that the changelog names and that are there."""
    found = find_archives(released)
    assert ["1.1.0", "1.0.0"] == [archive.version for archive in found]
    assert ["1.1.0", "1.0.0"] == [archive.open().package.version for archive in found]


def test_the_files_of_a_release(released):
    """Exactly the members of the archive."""
    (_, first) = find_archives(released)
    with zipfile.ZipFile(released / "releases" / "1.0.0.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == archives.read_files(first.open())


def test_a_release_in_a_zip_of_packages(released, tmp_path):
    """An archive within an archive is read alike."""
    packed = tmp_path / "all.zip"
    packed.write_bytes(
        to_zip({f"trade/{file.relative_to(released)}": file.read_bytes() for file in released.rglob("*") if file.is_file()})
    )
    (folder,) = read.find_packages(read.open_folder(packed))
    assert ["1.1.0", "1.0.0"] == [archive.open().package.version for archive in find_archives(folder)]


def test_what_the_changelog_does_not_name_is_no_release(released, tmp_path):
    """A file left by an interrupted release, one of another name, a changelog that is none."""
    folder = copy_with(released, tmp_path)
    (folder / "releases" / "3.0.0.zip").write_bytes(b"half")
    (folder / "releases" / "notes.zip").write_bytes(b"")
    assert ["1.0.0"] == [archive.version for archive in find_archives(folder)]
    told = json.loads((folder / "datapackage.json").read_text("utf-8"))
    for changelog in (None, "1.0.0", [None, {"version": 1}, {"version": "../../x"}, {"version": "9" * 5000 + ".0.0"}]):
        (folder / "datapackage.json").write_text(json.dumps({**told, "changelog": changelog}), "utf-8")
        assert () == find_archives(folder)


@pytest.mark.parametrize(
    ("files", "cause"),
    [
        ({"observations_csv": b"a\n1\n"}, "observations.csv in it is not what was released."),
        ({"observations_csv": None}, "observations.csv in it is missing or damaged."),
        ({"SHA256SUMS": None}, "SHA256SUMS in it is missing or damaged."),
        ({"SHA256SUMS": b"\xff"}, "SHA256SUMS in it is missing or damaged."),
        ({"more_txt": b""}, "The file 'more.txt' in it is not of the release."),
    ],
)
def test_a_changed_release_is_told(released, tmp_path, files, cause):
    """One line: the archive, what is wrong with it, what to do."""
    (archive,) = find_archives(copy_with(released, tmp_path, **files))
    with pytest.raises(UnreadablePackage, match=f"releases/1.0.0.zip: {re.escape(cause)} Restore it"):
        archive.open()


def test_a_release_of_another_version(released, tmp_path):
    """An archive under the wrong name is not taken for what the name says."""
    folder = copy_with(released, tmp_path)
    (folder / "releases" / "1.0.0.zip").write_bytes((released / "releases" / "1.1.0.zip").read_bytes())
    with pytest.raises(UnreadablePackage, match=r"It holds trade 1\.1\.0, not trade 1\.0\.0\."):
        find_archives(folder)[0].open()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 half", to_zip({"../out": b""}), to_zip({"/etc/x": b""})])
def test_a_broken_or_hostile_archive(released, tmp_path, data):
    """Nothing is unpacked; the message names the archive."""
    folder = copy_with(released, tmp_path)
    (folder / "releases" / "1.0.0.zip").write_bytes(data)
    with pytest.raises(UnreadablePackage, match=r"releases/1\.0\.0\.zip: "):
        find_archives(folder)[0].open()


def test_an_archive_that_is_a_link_out_of_the_folder(released, tmp_path):
    """It is not followed."""
    folder = copy_with(released, tmp_path)
    (folder / "releases" / "1.0.0.zip").unlink()
    (folder / "releases" / "1.0.0.zip").symlink_to(released / "releases" / "1.0.0.zip")
    with pytest.raises(UnreadablePackage, match="link out of the package's folder"):
        find_archives(folder)
