"""Which model a worker gets, and what that costs who did not ask for it."""

import subprocess
import sys

import pytest

from server.settings import Settings, SettingsInvalid
from worker.__main__ import make_model
from worker.models.gemini import GeminiModel
from worker.models.google_genai import GoogleGenaiModel
from worker.models.sample import SampleModel

KEY = {"GEMINI_API_KEY": "for tests only"}


@pytest.mark.parametrize(
    ("environment", "kind"),
    [
        ({}, SampleModel),
        (KEY, GeminiModel),
        (KEY | {"GENERATOR": "google-genai"}, GoogleGenaiModel),
        (KEY | {"GENERATOR": "sample"}, SampleModel),
    ],
)
def test_a_key_is_all_that_gemini_needs(environment: dict[str, str], kind: type) -> None:
    assert isinstance(make_model(Settings.from_environment(environment), "a-model"), kind)


@pytest.mark.parametrize("generator", ["gemini", "google-genai"])
def test_gemini_without_a_key_is_a_clear_error(generator: str) -> None:
    with pytest.raises(SettingsInvalid, match="GEMINI_API_KEY"):
        make_model(Settings.from_environment({"GENERATOR": generator}), "a-model")


def test_a_worker_imports_no_library_it_was_not_asked_for() -> None:
    look = "import sys, worker.__main__; print([name for name in sys.modules if name.startswith('google.')])"
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
