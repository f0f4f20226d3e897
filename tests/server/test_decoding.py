"""The process that decodes rare kinds: what breaks there breaks nothing else."""

import multiprocessing
from collections.abc import Iterator

import pytest

from penscript.errors import DamagedInput, LimitExceeded, UnsupportedInput
from penscript.options import Limits, ReadOptions
from penscript.server.decoding import Decoders
from penscript.server.refusal import Busy
from serving import png

TIFF = png(300, 200, "TIFF")


@pytest.fixture(scope="module")
def decoders() -> Iterator[Decoders]:
    made = Decoders(30.0, 2**31)
    yield made
    made.close()


def test_the_same_pixels_as_without(decoders: Decoders) -> None:
    from penscript.reading.load import open_source

    with decoders.image("a.tif", TIFF).open() as far, open_source(TIFF) as near:
        assert (far.name, far.page_count) == ("a.tif", 1)
        assert (far.load(1).pixels == near.load(1).pixels).all()


def test_a_child_is_used_again_also_after_an_error(decoders: Decoders) -> None:
    with decoders.child("a") as child:
        process = child
    for data in (b"II*\x00broken", TIFF[:200]):
        with pytest.raises(DamagedInput, match=r"b\.tif"), decoders.image("b.tif", data).open() as source:
            source.load(1)
    with pytest.raises(UnsupportedInput):
        decoders.image("c.txt", b"text").open()
    few = ReadOptions(limits=Limits(pixels=100))
    with pytest.raises(LimitExceeded), decoders.image("d.tif", TIFF).open(few) as source:
        source.load(1)
    with decoders.child("a") as child:
        assert child is process


def test_a_child_that_dies_is_told_and_replaced(decoders: Decoders) -> None:
    with decoders.child("a") as child:
        source = decoders.image("b.tif", TIFF).open()
        source.close()
        child._process.kill()
        child._process.join()
        with pytest.raises(DamagedInput, match="broke the decoder"):
            child.ask("b.tif", "load", 1)
    with decoders.image("c.tif", TIFF).open() as again:
        assert again.load(1).width == 300


def test_there_are_only_so_many_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("penscript.server.decoding._WAIT_SECONDS", 0.1)
    one = Decoders(30.0, 2**31, most=1)
    with one.image("a.tif", TIFF).open() as source:
        with pytest.raises(Busy, match="Too many files"):
            one.image("b.tif", TIFF).open()
        assert source.load(1).width == 300
    for _ in range(2):
        with pytest.raises(DamagedInput), one.image("b.tif", TIFF[:200]).open() as broken:
            broken.load(1)
    with one.image("c.tif", TIFF).open() as again:
        assert again.load(1).width == 300
    one.close()


def test_a_child_that_does_not_begin_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("penscript.server.decoding._START_SECONDS", 0.0)
    before = set(multiprocessing.active_children())
    with pytest.raises(Busy, match="did not begin"):
        Decoders(30.0, 2**31).image("a.tif", TIFF).open()
    assert set(multiprocessing.active_children()) <= before


def test_time_is_bounded() -> None:
    slow = Decoders(0.0001, 2**31)
    with (
        pytest.raises(LimitExceeded, match="longer than"),
        slow.image("a.pdf", png(2000, 2000, "PDF")).open() as source,
    ):
        source.load(1)
    slow.close()


@pytest.mark.skipif(not __import__("sys").platform.startswith("linux"), reason="memory is bounded on Linux alone")
def test_memory_is_bounded() -> None:
    small = Decoders(30.0, 2**24)
    refused = pytest.raises((LimitExceeded, DamagedInput))
    with refused, small.image("large.tif", png(6000, 6000, "TIFF")).open() as source:
        source.load(1)
    small.close()
