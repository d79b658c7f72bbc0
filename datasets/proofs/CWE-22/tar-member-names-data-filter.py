"""A symbolic link in a bundle leads the member after it out of the run's folder."""

import io
import tarfile


def add(archive, name, data):
    """Add a file to a bundle."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


def works(program, folder):
    """A run is unpacked and its read files are listed."""
    with tarfile.open(folder / "run.tar.gz", "w:gz") as archive:
        add(archive, "reads/a.fastq.gz", b"ACGT")
        add(archive, "sheet.csv", b"a")
    reads = program.unpack(folder / "run.tar.gz", folder / "0000001")
    assert reads == ["reads/a.fastq.gz"]
    assert (folder / "0000001" / "reads" / "a.fastq.gz").read_bytes() == b"ACGT"


def holds(program, folder):
    """Nothing is written in a folder outside of the run's."""
    outside = folder / "outside"
    outside.mkdir()
    with tarfile.open(folder / "run.tar.gz", "w:gz") as archive:
        link = tarfile.TarInfo("reads")
        link.type, link.linkname = tarfile.SYMTYPE, str(outside)
        archive.addfile(link)
        add(archive, "reads/planted", b"planted")
    try:
        program.unpack(folder / "run.tar.gz", folder / "0000001")
    except tarfile.TarError:
        pass
    assert not list(outside.iterdir()), "a member was written through the link"
