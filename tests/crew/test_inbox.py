"""What workers said is held in order, to a bound."""

import threading
import time

import numpy as np

from genrescope.crew.inbox import Inbox
from genrescope.crew.messages import Message

BIG = Message("part", arrays=(np.zeros(5000),))


def test_messages_come_in_their_order_and_waiting_ends():
    inbox = Inbox(2**20)
    assert inbox.take(0.0) is None
    began = time.monotonic()
    assert inbox.take(began + 0.1) is None
    assert 0.1 <= time.monotonic() - began < 5
    for number in range(3):
        assert inbox.put(number, BIG)
    assert [inbox.take(0.0)[0] for _ in range(3)] == [0, 1, 2]


def test_who_is_ahead_waits_for_room_and_is_let_go():
    inbox, put = Inbox(50_000), []
    threads = [
        threading.Thread(target=lambda: put.extend(inbox.put(n, BIG) for n in range(5)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    assert put == [True] * len(put)
    assert len(put) == 2
    assert inbox.take(float("inf")) is not None
    time.sleep(0.2)
    assert len(put) == 3
    inbox.close()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()
    assert put.count(True) == 3
    assert inbox.take(0.0) is None
