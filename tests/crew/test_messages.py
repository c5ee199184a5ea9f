"""What goes over the pipe comes out as it went in, and nothing else is taken."""

import io

import numpy as np
import pytest

from genrescope.crew.messages import (
    MAX_STRAY_BYTES,
    Message,
    read_message,
    skip_to_beginning,
    write_beginning,
    write_message,
)


def passed(message):
    stream = io.BytesIO()
    write_message(stream, message)
    stream.seek(0)
    found = read_message(stream)
    assert not stream.read()
    return found


@pytest.mark.parametrize("dtype", ["f4", ">f4", "f8", "i8", "u1", "?"])
@pytest.mark.parametrize("shape", [(3, 4), (0, 4), (), (2, 1, 5)])
def test_arrays_come_through_bit_by_bit(dtype, shape):
    array = np.random.default_rng(0).normal(scale=9, size=shape).astype(dtype)
    (found,) = passed(Message("part", arrays=(array,))).arrays
    assert found.dtype == array.dtype
    assert found.shape == array.shape
    assert found.tobytes() == array.tobytes()
    (turned,) = passed(Message("part", arrays=(array.T,))).arrays
    np.testing.assert_array_equal(turned, array.T)


@pytest.mark.parametrize(
    "value", [None, "a", {"name": "Sigur Rós/\udcff\n", "x": [1, 0.1, True, None]}, 1e-300]
)
def test_values_come_through(value):
    found = passed(Message("part", value, (np.ones(2), np.zeros(3))))
    assert (found.kind, found.value, len(found.arrays)) == ("part", value, 2)


def test_what_is_not_plain_is_refused():
    with pytest.raises(TypeError, match="not JSON serializable"):
        passed(Message("part", {1, 2}))
    with pytest.raises(ValueError, match="holds something else than numbers"):
        passed(Message("part", arrays=(np.array(["a"]),)))


def test_the_end_of_the_other_side_is_told():
    stream = io.BytesIO()
    write_message(stream, Message("part", arrays=(np.ones(100),)))
    for n in (0, 3, 20, 200):
        with pytest.raises(EOFError):
            read_message(io.BytesIO(stream.getvalue()[:n]))


def test_a_header_of_any_length_is_refused():
    with pytest.raises(ValueError, match="a header of 1195725856 bytes is none"):
        read_message(io.BytesIO(b"GET / HTTP/1.1"))


@pytest.mark.parametrize("stray", [b"", b"words\n", b"\0\0genrescope", b"x" * MAX_STRAY_BYTES])
def test_what_comes_before_the_beginning_is_skipped(stray):
    stream = io.BytesIO()
    stream.write(stray)
    write_beginning(stream)
    write_message(stream, Message("ready"))
    stream.seek(0)
    skip_to_beginning(stream)
    assert read_message(stream).kind == "ready"


def test_messages_must_begin_at_last():
    with pytest.raises(ValueError, match="no beginning of messages"):
        skip_to_beginning(io.BytesIO(b"x" * (MAX_STRAY_BYTES + 100)))
    with pytest.raises(EOFError):
        skip_to_beginning(io.BytesIO(b"words"))
