from pathlib import Path

import pytest

from notes_values import line_of, page_of, texts
from penscript.document import Document, Page
from penscript.notes import Notes, open_notes
from penscript.notes.folding import fold, fold_with_places
from penscript.notes.misreading import channel_costs, similar_words
from penscript.notes.pieces import Pieces


def keep(notes: Notes, *lines: str, alternatives: dict[str, tuple[str, ...]] | None = None) -> int:
    return notes.add(Document("a.jpg", (page_of(*lines, alternatives=alternatives),))).document


def keep_sure(notes: Notes, *told: tuple[str, float]) -> None:
    """Lines of one word that is so sure."""
    lines = [line_of(text, 50 * number, sure) for number, (text, sure) in enumerate(told)]
    notes.add(Document("sure.jpg", (Page(1, 800, 5000, tuple(lines)),)))


def found(notes: Notes, query: str) -> list[str]:
    return [hit.line.text for hit in notes.search(query)]


def marked(notes: Notes, query: str) -> list[str]:
    hit = notes.search(query)[0]
    return [hit.line.text[start:end] for start, end in hit.spans]


def test_accents_case_and_ligatures_do_not_matter(notes: Notes) -> None:
    keep(notes, "L'ÉGLISE de la Sœur", "Straße nach Łódź", "nothing here")
    for query in ("eglise", "Église", "soeur", "SŒUR", "l'eglise"):
        assert found(notes, query)[:1] == ["L'ÉGLISE de la Sœur"]
    assert found(notes, "strasse lodz") == ["Straße nach Łódź"]
    assert marked(notes, "soeur") == ["Sœur"]


def test_the_best_comes_first(notes: Notes) -> None:
    keep(notes, "the garden shed", "garden", "gardener at work", "gorden", "house")
    assert found(notes, "garden")[:2] == ["garden", "the garden shed"]
    assert set(found(notes, "garden")) == {"garden", "the garden shed", "gardener at work", "gorden"}
    scores = [hit.score for hit in notes.search("garden")]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0


def test_words_that_begin_so(notes: Notes) -> None:
    keep(notes, "compost and seeds", "a composition", "com")
    assert set(found(notes, "compos")[:2]) == {"compost and seeds", "a composition"}
    assert set(found(notes, "compos* seeds")) >= {"compost and seeds"}
    assert marked(notes, "seeds compos") == ["compost", "seeds"]


def test_misread_words_are_found_and_marked(notes: Notes) -> None:
    keep(notes, "elle se situe dans la tégion de la baie", "rien ici", "tout va bien")
    assert found(notes, "région") == ["elle se situe dans la tégion de la baie"]
    assert marked(notes, "région") == ["tégion"]


def test_other_spellings_are_found_and_mark_their_word(notes: Notes) -> None:
    keep(notes, "the cot sat down", "no pets", alternatives={"cot": ("cat", "cut")})
    assert found(notes, "cat")[0] == "the cot sat down"
    assert marked(notes, "cat") == ["cot"]


def test_where_a_person_has_spoken_other_spellings_do_not_count(notes: Notes) -> None:
    document = keep(notes, "the cot sat", alternatives={"cot": ("umbrella",)})
    line = notes.pages(document)[0].lines[0]
    assert found(notes, "umbrella")
    notes.correct(line.id, "the cot sat", by="ann")
    assert not found(notes, "umbrella")
    notes.correct(line.id, "the parasol sat", by="ann")
    assert marked(notes, "parasol") == ["parasol"]
    notes.undo("ann")
    notes.undo("ann")
    assert found(notes, "umbrella")


def test_phrases_and_several_words(notes: Notes) -> None:
    keep(notes, "milk and bread", "bread and milk", "milk", "butter")
    assert found(notes, '"bread and milk"') == ["bread and milk"]
    assert set(found(notes, "bread milk")[:2]) == {"milk and bread", "bread and milk"}
    assert "milk" in found(notes, "bread milk")
    assert "butter" not in found(notes, "bread milk")


def test_characters_of_east_asia_are_words(notes: Notes) -> None:
    keep(notes, "会議は東京で", "京都の春")
    assert found(notes, "東京") == ["会議は東京で"]
    assert marked(notes, "東京") == ["東京"]


@pytest.mark.parametrize(
    "query", ["", "  ", '"', "*", "AND", "NEAR(", "a:b", "'; DROP", '"" OR', "-x", "\\", "!|&()", "\0", "a" * 500]
)
def test_whatever_is_typed_is_words(notes: Notes, query: str) -> None:
    keep(notes, "near and a drop")
    notes.search(query)


def test_tags_limits_and_pages_of_hits(notes: Notes) -> None:
    first = keep(notes, *(f"garden {number}" for number in range(6)))
    second = keep(notes, "garden far away")
    notes.tag(second, "far")
    assert found(notes, "garden")[0]
    assert [hit.line.document for hit in notes.search("garden", tag="far")] == [second]
    assert notes.search("gurden", tag="far")[0].line.document == second
    assert not notes.search("garden", tag="none")
    pages = [hit.line.id for offset in (0, 3, 6) for hit in notes.search("garden", limit=3, offset=offset)]
    assert len(pages) == len(set(pages)) == 7
    assert notes.search("garden")[0].source == "a.jpg"
    assert first != second


def test_a_new_reading_changes_the_index(notes: Notes) -> None:
    notes.add(Document("a", (page_of("umbrella"),)), picture=b"x")
    notes.add(Document("a", (page_of("parasol"),)), picture=b"x")
    assert not found(notes, '"umbrella"')
    assert found(notes, "parasol") == ["parasol"]


def test_what_another_process_added_is_found_by_similarity(url: str) -> None:
    with open_notes(url) as one, open_notes(url) as other:
        keep(one, "first lines")
        assert found(other, "fjrst")
        keep(one, "the compostition")
        assert found(other, "composition") == ["the compostition"]
        document = one.documents()[0].id
        one.forget(document)
        assert found(other, "composition") == []


def test_an_index_of_older_rules_is_made_anew(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_notes(url) as notes:
        keep(notes, "umbrella")
    monkeypatch.setattr("penscript.notes.folding.VERSION", "next")
    with open_notes(url) as notes:
        assert found(notes, "umbrela") == ["umbrella"]


def test_without_pg_trgm_the_same_is_found(url: str) -> None:
    with open_notes(url) as notes:
        keep(notes, "la tégion de la baie")
        if hasattr(notes._index, "trigrams"):  # type: ignore[attr-defined]
            assert notes._index.trigrams  # type: ignore[attr-defined]
            notes._index.trigrams = False  # type: ignore[attr-defined]
        assert found(notes, "région") == ["la tégion de la baie"]


def test_folding() -> None:
    assert fold("L’Été à Saint-Malo, n° 5_6 ﬁn") == ["l", "ete", "a", "saint", "malo", "n", "5", "6", "fin"]
    assert fold("e\u0301te\u0301 हिन्दी 東京") == ["ete", "हनद", "東", "京"]
    text = "Ça: œuf"
    assert [text[start:end] for start, end, _ in fold_with_places(text)] == ["Ça", "œuf"]


def test_pieces_find_words_with_the_same_pieces() -> None:
    pieces = Pieces(["maison", "raison", "maisons", "chat", "a", "ab", "東"], range(7))
    assert {word for _, word, _ in pieces.similar("maison", 3)} == {"maison", "raison", "maisons"}
    assert max(pieces.similar("maison", 10))[1:] == ("maison", 0)
    assert {word for _, word, _ in pieces.similar("ac", 10)} == {"a", "ab"}
    assert Pieces([], []).similar("maison", 5) == []
    assert pieces.similar("xyz", 5) == []


def test_many_lines_in_one_page(tmp_path: Path) -> None:
    lines = tuple(line_of(f"word{number} and more", 50 * number) for number in range(1200))
    with open_notes(f"sqlite:///{tmp_path}/n.db") as notes:
        for _ in range(2):
            notes.add(Document("long", (Page(1, 800, 60_000, lines),)), picture=b"x")
        assert notes.documents()[0].lines == 1200
        assert texts([notes.search("word1199")[0].line]) == ["word1199 and more"]


def test_the_less_sure_and_the_rarer_reading_comes_first(notes: Notes) -> None:
    keep_sure(notes, ("les", 96.0), ("les", 30.0), *[("des", 97.0)] * 8, ("dcs", 60.0))
    assert [hit.line.confidence for hit in notes.search("lis") if hit.line.text == "les"] == [30.0, 96.0]
    assert found(notes, "dss")[0] == "dcs"


def test_two_words_of_which_one_was_misread_come_before_lines_with_one(notes: Notes) -> None:
    keep(notes, "the compost is here", "bring the conpost", "bring milk")
    assert found(notes, "bring compost")[0] == "bring the conpost"
    assert set(found(notes, "bring compost")) == {"bring the conpost", "bring milk", "the compost is here"}


def test_misreadings_by_letters_that_look_alike_cost_less() -> None:
    assert channel_costs("nord", ["nord"])[0] == 0
    alike, unlike = channel_costs("maison", ["maisou", "maisox"])
    assert alike < unlike
    lost, made_up = channel_costs("maison", ["maisn", "maisoan"])
    assert min(lost, made_up) > 0
    assert channel_costs("été", []).size == 0
    assert similar_words("maison", []) == {}
    assert list(similar_words("maison", [("maisou", 1), ("maison", 900), ("table", 1)])) == ["maisou", "maison"]
