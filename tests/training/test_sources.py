"""The tool that fetches fonts and texts of synthetic lines: what it refuses and what it makes of a package."""

import struct
import sys
import tomllib
import zlib

import pytest

pytest.importorskip("fontTools", reason="the extra train is not installed")


@pytest.fixture
def tool(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "tools"))
    for name in ("training_sources", "training_texts", "training_fonts"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import training_sources

    return training_sources


def test_a_package_must_say_the_licence_of_the_manifest(tool, tmp_path):
    (tmp_path / "LICENSE").write_text("GNU General Public License, version 3", "utf-8")
    entry = {"name": "some words", "licence": "MPL-2.0"}
    with pytest.raises(SystemExit, match="MPL"):
        tool.check(entry, tmp_path)
    (tmp_path / "LICENSE").write_text("Mozilla Public License 2.0", "utf-8")
    tool.check(entry, tmp_path)


def test_every_source_of_the_manifest_has_a_licence_that_is_checked(tool, root):
    manifest = tomllib.loads((root / "training" / "manifest.toml").read_text("utf-8"))
    entries = [one for kind in ("font", "text") for one in manifest[kind] if "registry" in one]
    hands = [one for one in manifest["font"] if one["use"] == "hand" and "registry" in one]
    assert len(hands) > 100
    assert all(one["licence"].startswith(("OFL", "Apache")) for one in hands)
    for one in entries:
        assert one["credit"]
        assert any(one.get("package_licence", one["licence"]).startswith(start) for start in tool.SIGNS), one["name"]
    assert not any("GPL" in one["licence"] for one in manifest["text"])


def test_texts_are_read_and_written_by_kind_and_language(tool, tmp_path):
    page = "<p class='x'>Ceci est une <b>phrase</b> entière. Une autre phrase suit ici.</p><p>12</p>"
    (tmp_path / "a.html").write_text(page, "utf-8")
    verse = zlib.compress(b"<verse>In the beginning was a word.<note>x</note> And the word was here.</verse>")
    (tmp_path / "nt.bzz").write_bytes(verse)
    (tmp_path / "nt.bzs").write_bytes(struct.pack("<III", 0, len(verse), 99))
    entries = [
        {"name": "pages", "reader": "help", "files": "*.html", "language": "fr"},
        {"name": "book", "reader": "bible", "language": "en"},
    ]
    tool.training_texts.bring(entries, dict.fromkeys(("pages", "book"), tmp_path), tmp_path / "out")
    french = (tmp_path / "out" / "sentences" / "fr.txt").read_text("utf-8").splitlines()
    assert sorted(french) == ["Ceci est une phrase entière.", "Une autre phrase suit ici."]
    english = (tmp_path / "out" / "sentences" / "en.txt").read_text("utf-8").splitlines()
    assert sorted(english) == ["And the word was here.", "In the beginning was a word."]
    assert (tmp_path / "out" / "words" / "fr.txt").read_text("utf-8").split() == ["phrase"]


def test_a_dictionary_gives_every_form_of_its_words(root, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(root / "tools"))
    from make_words import gathered, inflected

    (tmp_path / "fr.aff").write_text("FLAG long\nSFX S. Y 2\nSFX S. 0 s [^sx]\nSFX S. al aux/x. al po:adj\n", "utf-8")
    (tmp_path / "fr.dic").write_text("3\ncheval/S.L' po:nom\nfois po:nom\n\n", "utf-8")
    assert set(inflected(tmp_path / "fr.dic")) == {"cheval", "chevals", "chevaux", "fois", ""}
    for folder, text in (("words", "un mot"), ("places", "Ville"), ("sentences", "deux fois, deux")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "fr.txt").write_text(text, "utf-8")
    (tmp_path / "names.txt").write_text("Anne", "utf-8")
    assert set(gathered(tmp_path)) == {"un", "mot", "Ville", "Anne", "deux"}
