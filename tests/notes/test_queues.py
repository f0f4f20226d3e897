import threading
from datetime import UTC, datetime, timedelta

import pytest

from notes_values import page_of
from penscript.document import Document
from penscript.errors import MissingInput, UsageError
from penscript.notes import Notes, open_notes
from penscript.notes.values import JobStatus, Progress


@pytest.fixture
def lines(notes: Notes) -> list[int]:
    """Three lines in the review queue, the second one the most urgent."""
    document = notes.add(Document("a", (page_of("one", "two", "three", "four"),)), picture=b"x").document
    ids = [line.id for line in notes.pages(document)[0].lines]
    for line, priority in zip(ids, (1.0, 3.0, 2.0), strict=False):
        notes.offer(line, probability=0.5, reason="doubtful", priority=priority)
    return ids


def test_the_most_urgent_line_comes_first(notes: Notes, lines: list[int]) -> None:
    item = notes.claim("ann", 60)
    assert item is not None
    assert (item.line.id, item.probability, item.reason, item.claimed_by) == (lines[1], 0.5, "doubtful", "ann")
    again = notes.claim("ann", 60)
    assert again is not None
    assert again.line.id == lines[1]
    assert notes.progress() == Progress(done=0, claimed=1, waiting=2)
    assert notes.progress().offered == 3


def test_two_people_never_see_the_same_line(notes: Notes, lines: list[int]) -> None:
    claimed = [notes.claim(name, 60) for name in ("ann", "bob", "eve", "joe")]
    assert [item.line.id for item in claimed if item] == [lines[1], lines[2], lines[0]]
    assert claimed[3] is None
    notes.release(lines[2], "eve")
    assert notes.claim("joe", 60) is None
    notes.release(lines[2], "bob")
    item = notes.claim("joe", 60)
    assert item is not None
    assert item.line.id == lines[2]


def test_a_claim_ends(notes: Notes, lines: list[int]) -> None:
    assert notes.claim("ann", -1) is not None
    item = notes.claim("bob", 60)
    assert item is not None
    assert item.line.id == lines[1]
    skipped = notes.claim("eve", 60, skip=[lines[2]])
    assert skipped is not None
    assert skipped.line.id == lines[0]


def test_an_answer_ends_the_item_and_undo_brings_it_back(notes: Notes, lines: list[int]) -> None:
    notes.confirm(lines[1], by="ann")
    notes.correct(lines[2], "3", by="ann")
    assert notes.progress() == Progress(done=2, claimed=0, waiting=1)
    answered = {item.line.id: item for item in notes.items() if item.done_at}
    assert {line: item.line.label for line, item in answered.items()} == {lines[1]: "confirmed", lines[2]: "corrected"}
    assert all(item.probability == 0.5 for item in answered.values())
    notes.undo("ann")
    assert notes.progress() == Progress(done=1, claimed=0, waiting=2)
    notes.withdraw(lines[0])
    assert [item.line.id for item in notes.items()] == [lines[1], lines[2]]


def test_probabilities_are_probabilities(notes: Notes, lines: list[int]) -> None:
    with pytest.raises(UsageError):
        notes.offer(lines[0], probability=0.0)
    notes.offer(lines[0], probability=1.0, priority=9.0)
    assert notes.items()[0].line.id == lines[0]


def test_many_people_at_once(url: str) -> None:
    with open_notes(url) as notes:
        document = notes.add(Document("a", (page_of(*(f"line {n}" for n in range(24))),))).document
        for line in notes.pages(document)[0].lines:
            notes.offer(line.id)
        got: list[int] = []

        def review(name: str) -> None:
            while item := notes.claim(name, 600):
                got.append(item.line.id)
                notes.confirm(item.line.id, by=name)

        threads = [threading.Thread(target=review, args=(f"person {number}",)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(got) == sorted(set(got))
        assert len(got) == 24
        assert notes.progress() == Progress(24, 0, 0)


def test_jobs_are_done_in_order(notes: Notes) -> None:
    first = notes.enqueue("read", {"language": "en"}, [("a.jpg", b"A"), ("b.jpg", b"B")])
    second = notes.enqueue("read", {})
    job = notes.claim_job("w1")
    assert job is not None
    assert (job.id, job.status, job.payload, job.attempts, job.worker) == (
        first,
        JobStatus.RUNNING,
        {"language": "en"},
        1,
        "w1",
    )
    assert notes.job_files(first) == [("a.jpg", b"A"), ("b.jpg", b"B")]
    notes.note_progress(first, {"page": 1})
    assert notes.job(first).progress == {"page": 1}
    notes.finish_job(first, {"lines": 3}, document=None)
    done = notes.job(first)
    assert (done.status, done.result) == (JobStatus.DONE, {"lines": 3})
    assert notes.job_files(first) == []
    assert notes.count_jobs() == {
        JobStatus.QUEUED: 1,
        JobStatus.RUNNING: 0,
        JobStatus.DONE: 1,
        JobStatus.FAILED: 0,
    }
    other = notes.claim_job("w1")
    assert other is not None
    notes.fail_job(second, {"message": "no"})
    assert notes.job(second).error == {"message": "no"}
    assert notes.claim_job("w1") is None
    assert notes.forget_jobs(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert notes.forget_jobs(datetime.now(UTC) + timedelta(hours=1)) == 2
    with pytest.raises(MissingInput):
        notes.job(first)


def test_what_a_worker_left_is_done_by_another(notes: Notes) -> None:
    job = notes.enqueue("read", {}, [("a", b"A")])
    assert notes.claim_job("w1", seconds=-1) is not None
    again = notes.claim_job("w2", seconds=600)
    assert again is not None
    assert (again.id, again.attempts) == (job, 2)
    assert notes.claim_job("w3") is None
    assert notes.requeue("w1") == 0
    assert notes.requeue("w2") == 1
    third = notes.claim_job("w2", seconds=-1)
    assert third is not None
    assert notes.claim_job("w2") is None
    failed = notes.job(job)
    assert failed.status is JobStatus.FAILED
    assert "three times" in str(failed.error)


def test_jobs_survive_a_restart(url: str) -> None:
    with open_notes(url) as notes:
        job = notes.enqueue("read", {"pages": [1, 2]}, [("ä.jpg", b"\0\xff")])
    with open_notes(url) as notes:
        assert notes.job(job).payload == {"pages": [1, 2]}
        assert notes.job_files(job) == [("ä.jpg", b"\0\xff")]


def test_tokens_are_let_in_until_they_are_over_or_revoked(notes: Notes) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    notes.save_token("aa", "admin", name="laptop")
    notes.save_token("bb", "capture", expires_at=later)
    notes.save_token("cc", "capture", expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert [token.hash for token in notes.tokens()] == ["aa", "bb"]
    token = notes.token("bb")
    assert token is not None
    assert (token.role, token.expires_at) == ("capture", later)
    assert notes.token("cc") is None
    assert notes.token("zz") is None
    notes.revoke("aa")
    assert notes.token("aa") is None
    notes.save_token("aa", "review")
    assert [token.role for token in notes.tokens()] == ["capture", "review"]
