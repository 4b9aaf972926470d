"""A stop is one path: it wakes every wait, and never cuts a transition in two."""

from __future__ import annotations

import threading

import pytest

from experiments.engine.stop import Interrupted, Stop


def test_the_first_reason_stays() -> None:
    stop = Stop()
    stop.request("first")
    stop.request("second")
    assert stop.reason == "first"
    with pytest.raises(Interrupted, match="first"):
        stop.check()


def test_a_request_wakes_every_wait_in_every_thread() -> None:
    stop = Stop()
    woken: list[str] = []

    def wait() -> None:
        try:
            stop.wait(30)
        except Interrupted as stopped:
            woken.append(str(stopped))

    threads = [threading.Thread(target=wait) for _ in range(4)]
    for each in threads:
        each.start()
    stop.request("now")
    for each in threads:
        each.join(5)
    assert woken == ["now"] * 4


def test_a_wait_without_a_request_ends_by_itself() -> None:
    Stop().wait(0.001)


def test_it_is_deliverable_only_where_a_body_runs_unshielded() -> None:
    stop = Stop()
    seen = [stop.deliverable]
    with stop.exposed():
        seen.append(stop.deliverable)
        with stop.shielded():
            seen.append(stop.deliverable)
        seen.append(stop.deliverable)
    assert [*seen, stop.deliverable] == [False, True, False, True, False]


def test_a_request_inside_a_shield_is_delivered_when_it_ends() -> None:
    stop, done = Stop(), []

    def body() -> None:
        with stop.shielded():
            stop.request("in the middle")
            done.append("whole")
        done.append("beyond")

    with pytest.raises(Interrupted), stop.exposed():
        body()
    assert done == ["whole"]


def test_a_body_does_not_begin_after_a_request() -> None:
    stop = Stop()
    stop.request("before")
    with pytest.raises(Interrupted), stop.exposed():
        raise AssertionError("it began")


def test_another_threads_shield_does_not_cover_this_one() -> None:
    stop, shielded, leave = Stop(), threading.Event(), threading.Event()

    def beside() -> None:
        with stop.exposed(), stop.shielded():
            shielded.set()
            leave.wait(10)

    thread = threading.Thread(target=beside)
    with stop.exposed():
        thread.start()
        assert shielded.wait(5)
        assert stop.deliverable
        leave.set()
        thread.join(5)
        assert stop.deliverable


def test_whoever_blocks_is_woken_once_even_if_the_stop_came_first() -> None:
    stop, woken = Stop(), []
    with stop.on_stop(lambda: woken.append("socket")):
        stop.request("x")
    assert woken == ["socket"]
    with pytest.raises(Interrupted), stop.on_stop(lambda: woken.append("late")):
        raise AssertionError("it began")
    assert woken == ["socket"]


def test_once_sealed_nothing_is_delivered_in_this_thread() -> None:
    stop = Stop()
    with stop.exposed():
        stop.seal()
        stop.request("late")
        with stop.shielded():
            pass
        assert not stop.deliverable
