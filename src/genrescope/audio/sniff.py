"""What kind of sound file this is, by its content and never by its name.

A decoder that guesses may take a playlist for a recording and open the addresses in it, or a text
for sound. So the kind is settled here, from the first bytes, and the decoder is told.
Public names: `Kind`, `sniff`, `claimed_kinds`, `describe_other`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from genrescope.audio import mpeg_frames

_WINDOW = 1 << 16
_MAX_TAGS = 4


@dataclass(frozen=True)
class Kind:
    """
    A kind of sound file.

    Attributes
    ----------
    name : str
        Short name (``"flac"``).
    title : str
        Name for people (``"FLAC"``).
    ffmpeg : str
        Name of FFmpeg's demuxer for it.
    suffixes : tuple of str
        Extensions that such files have, lower case.
    libsndfile : bool
        Whether libsndfile is tried first.
    """

    name: str
    title: str
    ffmpeg: str
    suffixes: tuple[str, ...]
    libsndfile: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("wav", "WAV", "wav", (".wav", ".wave", ".bwf", ".rf64"), libsndfile=True),
        Kind("w64", "Wave64", "w64", (".w64",), libsndfile=True),
        Kind("aiff", "AIFF", "aiff", (".aif", ".aiff", ".aifc"), libsndfile=True),
        Kind("au", "AU", "au", (".au", ".snd"), libsndfile=True),
        # libsndfile prints to stdout where the packet table of an ALAC file is damaged.
        Kind("caf", "CAF", "caf", (".caf",)),
        Kind("flac", "FLAC", "flac", (".flac",), libsndfile=True),
        Kind("ogg", "Ogg", "ogg", (".ogg", ".oga", ".ogv", ".opus", ".spx"), libsndfile=True),
        Kind("mp3", "MP3", "mp3", (".mp3", ".mp2", ".mpa", ".mpga")),
        Kind("aac", "AAC (ADTS)", "aac", (".aac",)),
        Kind("mp4", "MP4", "mov", (".m4a", ".m4b", ".m4r", ".m4v", ".mp4", ".mov", ".3gp")),
        Kind("asf", "ASF (WMA)", "asf", (".wma", ".asf", ".wmv")),
        Kind("matroska", "Matroska (WebM)", "matroska", (".mkv", ".mka", ".webm", ".weba")),
        Kind("avi", "AVI", "avi", (".avi",)),
        Kind("flv", "FLV", "flv", (".flv",)),
        Kind("mpegts", "MPEG transport stream", "mpegts", (".ts", ".mts", ".m2ts")),
        Kind("mpegps", "MPEG programme stream", "mpeg", (".mpg", ".mpeg", ".vob")),
        Kind("wavpack", "WavPack", "wv", (".wv",)),
    )
}

_MAGIC = (
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"RIFX", "wav"),
    (b".snd", "au"),
    (b"dns.", "au"),
    (b"caff", "caf"),
    (b"wvpk", "wavpack"),
    (b"riff\x2e\x91\xcf\x11", "w64"),
    (bytes.fromhex("3026b2758e66cf11"), "asf"),
    (bytes.fromhex("1a45dfa3"), "matroska"),
    (b"FLV\x01", "flv"),
    (b"\x00\x00\x01\xba", "mpegps"),
)
_FORMS = {b"WAVE": "wav", b"AVI ": "avi", b"AIFF": "aiff", b"AIFC": "aiff"}
_MP4_ATOMS = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")
_OTHERS = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive (or an office document)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"MThd", "a MIDI file: notes, not sound"),
    (b"#EXTM3U", "a playlist: give the recordings it names"),
)


class SeekableFile(Protocol):
    """What of a binary file is used here."""

    def read(self, size: int, /) -> bytes:
        """
        Read bytes.

        Parameters
        ----------
        size : int
            At most so many.

        Returns
        -------
        bytes
            Empty at the end.
        """
        ...

    def seek(self, offset: int, /) -> int:
        """
        Move to a position.

        Parameters
        ----------
        offset : int
            From the beginning.

        Returns
        -------
        int
            The position.
        """
        ...


def sniff(file: SeekableFile) -> Kind | None:
    """
    Tell the kind of a sound file from its content.

    Parameters
    ----------
    file : SeekableFile
        A seekable file; its position is moved.

    Returns
    -------
    Kind or None
        None where the file is not a sound file of any known kind.

    Examples
    --------
    >>> import io
    >>> sniff(io.BytesIO(b"fLaC" + bytes(38))).title
    'FLAC'
    >>> sniff(io.BytesIO(b"just text")) is None
    True
    """
    tag_end = skip_tags(file)
    file.seek(tag_end)
    data = file.read(_WINDOW)
    name = _by_magic(data)
    if name is None:
        # Tags are often followed by padding, and frames may follow junk.
        is_all = len(data) < _WINDOW
        stripped = data.lstrip(b"\0")
        if mpeg_frames.find_stream(stripped, is_all=is_all) is not None:
            name = "mp3"
        elif _is_adts(stripped):
            name = "aac"
    return None if name is None else KINDS[name]


def skip_tags(file: SeekableFile) -> int:
    """
    Find where the ID3v2 tags at the beginning of a file end.

    Parameters
    ----------
    file : SeekableFile
        A seekable file; its position is moved.

    Returns
    -------
    int
        Offset of the first byte after the tags; 0 where there is none.
    """
    at = 0
    for _ in range(_MAX_TAGS):
        file.seek(at)
        head = file.read(10)
        if len(head) < 10 or head[:3] != b"ID3" or any(byte & 0x80 for byte in head[6:]):
            break
        a, b, c, d = head[6:]
        at += 10 + (a << 21 | b << 14 | c << 7 | d) + (10 if head[5] & 0x10 else 0)
    return at


def claimed_kinds(suffix: str) -> tuple[Kind, ...]:
    """
    Say what kinds of file an extension claims.

    Parameters
    ----------
    suffix : str
        Extension with its dot (``".mp3"``), in any case.

    Returns
    -------
    tuple of Kind
        Empty where the extension is not one of sound files.

    Examples
    --------
    >>> [kind.name for kind in claimed_kinds(".MP3")]
    ['mp3']
    """
    return tuple(kind for kind in KINDS.values() if suffix.lower() in kind.suffixes)


def describe_other(head: bytes) -> str:
    """
    Say what a file that is not sound seems to be.

    Parameters
    ----------
    head : bytes
        The beginning of the file.

    Returns
    -------
    str
        A phrase that completes "it is ...".

    Examples
    --------
    >>> describe_other(bytes.fromhex("ffd8ffe0"))
    'a JPEG picture'
    """
    for magic, text in _OTHERS:
        if head.startswith(magic):
            return text
    if not head.strip(b"\0"):
        return "nothing but zero bytes: a download that never finished?"
    if head.lstrip()[:1] == b"<":
        return "an HTML or XML page: a download link that answered with a page?"
    try:
        text = head[:2048].decode("utf-8", errors="strict" if len(head) < 2048 else "ignore")
    except UnicodeDecodeError:
        return "of an unknown format"
    printable = sum(ch.isprintable() or ch in "\r\n\t" for ch in text)
    return "text" if printable >= 0.99 * len(head[:2048]) else "of an unknown format"


def _by_magic(data: bytes) -> str | None:
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    if data[:4] in (b"RIFF", b"RF64", b"BW64", b"FORM"):
        return _FORMS.get(data[8:12])
    if data[4:8] in _MP4_ATOMS:
        return "mp4"
    for start, step in ((0, 188), (4, 192)):
        if len(data) > start + 3 * step and data[start : start + 4 * step : step] == b"GGGG":
            return "mpegts"
    return None


def _is_adts(data: bytes) -> bool:
    at = 0
    for n_frames in range(3):
        if len(data) < at + 7:
            return n_frames > 0
        if data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
            return False
        size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        if size < 7:
            return False
        at += size
    return True
