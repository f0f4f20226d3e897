import json

import pytest

from pack_files import write_pack
from penscript.cli.settings import Settings, all_settings
from penscript.errors import UsageError
from penscript.options import AcceptPolicy

pytestmark = pytest.mark.usefixtures("config")


def test_flag_before_environment_before_file_before_default(config, monkeypatch):
    assert Settings.resolve()["threshold"].value == 75
    config.write_text("threshold = 60\nmax_pages = 5", encoding="utf-8")
    assert Settings.resolve()["threshold"].value == 60
    assert Settings.resolve()["threshold"].origin == str(config)
    monkeypatch.setenv("PENSCRIPT_THRESHOLD", "65")
    assert Settings.resolve()["threshold"].value == 65
    assert Settings.resolve()["threshold"].origin == "PENSCRIPT_THRESHOLD"
    chosen = Settings.resolve({"threshold": "70", "max_pages": None})
    assert (chosen["threshold"].value, chosen["threshold"].origin) == (70, "flag --threshold")
    assert chosen["max_pages"].value == 5


def test_of_a_threshold_and_a_precision_the_nearer_one_counts(config, monkeypatch):
    config.write_text("threshold = 60", encoding="utf-8")
    monkeypatch.setenv("PENSCRIPT_PRECISION", "0.8")
    policy = Settings.resolve().engine().policy
    assert {threshold for _, threshold in policy.packs}
    assert Settings.resolve({"threshold": "70"}).engine().policy == AcceptPolicy(70)
    with pytest.raises(UsageError, match="--precision and flag --threshold"):
        Settings.resolve({"threshold": "70", "precision": "0.8"}).engine()
    monkeypatch.delenv("PENSCRIPT_PRECISION")
    config.write_text("threshold = 60\nprecision = 0.8", encoding="utf-8")
    with pytest.raises(UsageError, match=r"config\.toml: precision and threshold are both set"):
        Settings.resolve().engine()


@pytest.mark.parametrize("set_by", ["file", "environment", "flag"])
def test_a_precision_that_a_pack_cannot_show_names_who_asked_for_it(config, monkeypatch, tmp_path, set_by):
    write_pack(tmp_path)
    config.write_text("precision = 0.9" * (set_by == "file"), encoding="utf-8")
    if set_by == "environment":
        monkeypatch.setenv("PENSCRIPT_PRECISION", "0.9")
    flags = {"pack": "my-hand", "pack_folders": [str(tmp_path)], "precision": "0.9" if set_by == "flag" else None}
    named = {"file": r"config\.toml", "environment": "PENSCRIPT_PRECISION", "flag": "flag --precision"}[set_by]
    with pytest.raises(UsageError, match=rf"{named}: precision is 0\.9\. The pack my-hand@1\.2\.0 has no calibration"):
        Settings.resolve(flags).engine()


def test_every_kind_of_value(config, monkeypatch):
    config.write_text('language = ["fr", "German"]\nbarcodes = false\nmax_bytes = "2G"', encoding="utf-8")
    monkeypatch.setenv("PENSCRIPT_MAX_SECONDS", "1.5")
    monkeypatch.setenv("PENSCRIPT_MAX_PIXELS", "none")
    chosen = {name: one.value for name, one in Settings.resolve().items()}
    assert chosen["language"] == ["fr", "de"]
    assert chosen["barcodes"] is False
    assert (chosen["max_bytes"], chosen["max_pixels"], chosen["max_seconds"]) == (2_000_000_000, None, 1.5)
    engine = Settings.resolve().engine()
    assert [language.value for language in engine.language] == ["fr", "de"]
    assert engine.options.limits.pixels is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THRESHOLD", "101"),
        ("PRECISION", "90"),
        ("THRESHOLD", "nan"),
        ("LANGUAGE", "en,klingon"),
        ("BARCODES", "maybe"),
        ("WORKERS", "-1"),
        ("MAX_PIXELS", "1e999"),
        ("MAX_SECONDS", "0"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch, name, value):
    monkeypatch.setenv(f"PENSCRIPT_{name}", value)
    with pytest.raises(UsageError, match=f"PENSCRIPT_{name}"):
        Settings.resolve()


def test_a_wrong_config_file_is_named(config, monkeypatch, tmp_path):
    for text in ("threshold 60", "treshold = 60", 'threshold = "high"', "threshold = [1]"):
        config.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match=r"config\.toml"):
            Settings.resolve()
    config.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"config\.toml"):
        Settings.resolve()
    monkeypatch.setenv("PENSCRIPT_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(UsageError, match="no config file"):
        Settings.resolve()


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("CONFIG", "THRESHOLD", "NOTES"):
        monkeypatch.setenv(f"PENSCRIPT_{name}", "")
    assert {chosen.origin for chosen in Settings.resolve().values()} <= {"default", "PENSCRIPT_PACK_FOLDERS"}


def test_config_shows_value_and_origin(run, monkeypatch):
    monkeypatch.setenv("PENSCRIPT_THRESHOLD", "80")
    shown = run("config").out
    assert all(name in shown for name in all_settings())
    assert "PENSCRIPT_THRESHOLD" in shown
    told = json.loads(run("config", "--json").out)
    assert told["threshold"] == {"value": 80.0, "origin": "PENSCRIPT_THRESHOLD"}
    assert told["workers"] == {"value": 1, "origin": "default"}


def test_arguments_named_like_a_setting_are_its_flags():
    settings = Settings.of_command({"threads": "2", "files": ["a.png"], "language": ["fr"], "pack": None})
    assert (settings["threads"].value, settings["threads"].origin) == (2, "flag --threads")
    assert settings["language"].value == ["fr"]
    assert settings["pack"].origin == "default"
