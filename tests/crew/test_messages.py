"""What goes over the pipe comes out as it went in, and nothing else is taken."""

import io

import numpy as np
import pytest

from genrescope.crew.messages import Message, read_message, write_message


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
