"""The settings: what a person wrote stays, nothing wrong is written, secrets go into the keyring and never into a file."""

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import QThreadPool

from app import theme
from app.preferences import Preferences
from app.settings_file import origins, write_settings
from app.widgets.settings_dialog import SettingsDialog
from render_engine.cache_folder import journal_folder
from render_engine.segments.journal import Journal
from sync.errors import SettingsError
from sync.secrets import VARIABLES
from sync.settings import Settings, read_settings

WRITTEN = '# the big one\nslots = 2  # not more, it gets loud\nqueue = "/data/queue.db"\n'


class Ring(KeyringBackend):
    """In memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


@pytest.fixture
def ring():
    before, made = keyring.get_keyring(), Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def file(tmp_path, monkeypatch):
    for name in [*(f"FRAMEKILN_{field.upper()}" for field in Settings.model_fields), *VARIABLES.values()]:
        monkeypatch.delenv(name, raising=False)
    made = tmp_path / "framekiln.toml"
    made.write_text(WRITTEN)
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(made))
    monkeypatch.setenv("FRAMEKILN_CACHE", str(tmp_path / "cache"))
    return made


@pytest.fixture
def dialog(qapp, qtbot, file, ring, tmp_path):
    yield opened(qapp, qtbot, tmp_path)
    QThreadPool.globalInstance().waitForDone()


def opened(qapp, qtbot, tmp_path):
    theme.apply(qapp, "dark")
    preferences = Preferences.open(tmp_path)
    preferences.set(scheme="dark")
    made = SettingsDialog(preferences)
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.ready):
        made.show()
    qtbot.waitUntil(lambda: bool(made.form.secrets["queue_token"].editor.placeholderText()))
    return made


# ── the file ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_person_wrote_stays(file):
    write_settings({"slots": 4, "project": "films"})
    text = file.read_text()
    assert "# the big one" in text
    assert "slots = 4  # not more, it gets loud" in text
    assert read_settings().project == "films"


def test_a_setting_is_taken_out(file):
    write_settings({"queue": None})
    assert read_settings().queue == ""
    assert "queue" not in file.read_text()


def test_nothing_wrong_is_written(file):
    with pytest.raises(SettingsError, match="slots"):
        write_settings({"slots": 0})
    assert file.read_text() == WRITTEN
    assert [each.name for each in file.parent.glob(".*")] == []


def test_a_file_that_is_not_toml_is_not_touched(file):
    file.write_text("slots = = 2")
    with pytest.raises(SettingsError, match="not TOML"):
        write_settings({"slots": 3})
    assert file.read_text() == "slots = = 2"


def test_a_file_that_is_not_there_is_made(file, tmp_path, monkeypatch):
    fresh = tmp_path / "new" / "framekiln.toml"
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(fresh))
    write_settings({"tags": ["gpu", "fast"]})
    assert read_settings().tags == ("gpu", "fast")


def test_who_said_a_setting_is_known(file, monkeypatch):
    monkeypatch.setenv("FRAMEKILN_PROJECT", "films")
    said = origins()
    assert (said["slots"], said["project"], said["node"]) == ("file", "environment", "default")


# ── the dialog ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_what_was_changed_is_written(dialog, file, qtbot):
    dialog.form.rows["slots"].editor.setValue(3)
    dialog.form.rows["tags"].editor.setText("gpu, fast")
    with qtbot.waitSignal(dialog.saved) as told:
        dialog.save_button.click()
    assert (told.args[0].slots, told.args[0].tags) == (3, ("gpu", "fast"))
    assert file.read_text() == WRITTEN.replace("slots = 2", "slots = 3") + 'tags = ["gpu", "fast"]\n'


def test_saving_without_a_change_leaves_the_file_as_it_is(dialog, file, qtbot):
    with qtbot.waitSignal(dialog.saved):
        dialog.save_button.click()
    assert file.read_text() == WRITTEN


def test_what_is_wrong_is_said_and_the_dialog_stays(dialog, file):
    dialog.form.rows["queue"].editor.setText("")
    dialog.form.rows["node"].editor.setText("x" * 101)
    dialog.save_button.click()
    assert "node" in dialog.problem.text()
    assert dialog.isVisible()
    assert file.read_text() == WRITTEN


def test_what_the_environment_says_cannot_be_changed(qapp, qtbot, file, ring, tmp_path, monkeypatch):
    monkeypatch.setenv("FRAMEKILN_PROJECT", "films")
    monkeypatch.setenv("FRAMEKILN_STORAGE_SECRET", "hidden-in-the-environment")
    dialog = opened(qapp, qtbot, tmp_path)
    project = dialog.form.rows["project"]
    assert not project.editor.isEnabled()
    assert project.editor.text() == "films"
    assert "FRAMEKILN_PROJECT" in project.note.text()
    secret = dialog.form.secrets["storage_secret"]
    assert not secret.editor.isEnabled()
    assert secret.editor.text() == ""


def test_a_secret_goes_into_the_keyring_only(dialog, file, ring, qtbot, tmp_path):
    dialog.form.secrets["storage_secret"].editor.setText("very-secret-1")
    with qtbot.waitSignal(dialog.saved):
        dialog.save_button.click()
    assert ring.kept == {("framekiln", "storage_secret"): "very-secret-1"}
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"very-secret-1" in path.read_bytes()]


def test_a_kept_secret_is_not_shown_and_can_be_removed(qapp, qtbot, file, ring, tmp_path):
    ring.kept["framekiln", "queue_token"] = "very-secret-2"
    dialog = opened(qapp, qtbot, tmp_path)
    row = dialog.form.secrets["queue_token"]
    assert row.editor.text() == ""
    assert "kept" in row.editor.placeholderText()
    row.remove.click()
    with qtbot.waitSignal(dialog.saved):
        dialog.save_button.click()
    assert ring.kept == {}


def test_a_machine_without_a_keyring_is_told(dialog, qtbot):
    keyring.set_keyring(NoKeyring())
    dialog.form.secrets["storage_secret"].editor.setText("very-secret-3")
    dialog.save_button.click()
    qtbot.waitUntil(lambda: "FRAMEKILN_STORAGE_SECRET" in dialog.problem.text())
    assert dialog.isVisible()
    assert dialog.save_button.isEnabled()


def test_the_queue_is_tried_as_it_is_typed(dialog, qtbot, tmp_path):
    trial, line = dialog.queue.queue_trial, dialog.form.rows["queue"].editor
    for address, role, words in (
        (str(tmp_path / "new" / "queue.db"), "ok", "no node is at work"),
        ("http://127.0.0.1:1", "danger", "does not answer"),
    ):
        line.setText(address)
        trial.button.click()
        qtbot.waitUntil(trial.button.isEnabled)
        assert trial.verdict.property("role") == role
        assert words in trial.verdict.text()


def test_the_storage_is_tried_as_it_is_typed(dialog, qtbot, tmp_path):
    dialog.form.rows["storage"].editor.setText(str(tmp_path / "results"))
    dialog.queue.storage_trial.button.click()
    assert not dialog.queue.storage_trial.button.isEnabled()
    qtbot.waitUntil(lambda: bool(dialog.queue.storage_trial.verdict.text()))
    assert dialog.queue.storage_trial.verdict.property("role") == "ok"
    assert dialog.queue.storage_trial.steps.count() == 6 * 4


def test_a_storage_that_is_none_is_said(dialog, qtbot):
    dialog.form.rows["storage"].editor.setText("bogus://x")
    dialog.queue.storage_trial.button.click()
    qtbot.waitUntil(lambda: "bogus://x" in dialog.queue.storage_trial.verdict.text())
    assert dialog.queue.storage_trial.verdict.property("role") == "danger"
    assert dialog.queue.storage_trial.button.isEnabled()


def test_the_limit_of_the_cache_is_set(dialog, qtbot, tmp_path):
    qtbot.waitUntil(dialog.folders.limit.isEnabled)
    assert str(tmp_path / "cache") in dialog.folders.cache_note.text()
    dialog.folders.limit.setValue(7.5)
    with qtbot.waitSignal(dialog.saved):
        dialog.save_button.click()
    assert Journal(journal_folder()).limit == 7_500_000_000


def test_the_scheme_is_seen_at_once_and_goes_back_on_cancel(dialog):
    dialog.general.scheme.choose("light")
    assert theme.scheme() == "light"
    dialog.reject()
    assert theme.scheme() == "dark"
    assert dialog.preferences.scheme == "dark"


def test_the_scheme_is_kept_on_save(dialog, qtbot):
    dialog.general.scheme.choose("light")
    dialog.preview.idle.setChecked(False)
    with qtbot.waitSignal(dialog.saved):
        dialog.save_button.click()
    assert (dialog.preferences.scheme, dialog.preferences.values.idle_rendering) == ("light", False)
    assert theme.scheme() == "light"


def test_a_broken_file_opens_the_dialog_and_is_said(qapp, qtbot, file, ring, tmp_path):
    file.write_text("slots = = 2")
    dialog = opened(qapp, qtbot, tmp_path)
    assert "not TOML" in dialog.problem.text()
    dialog.reject()


def test_every_field_has_a_name_for_readers_of_screens(dialog):
    for row in [*dialog.form.rows.values(), *dialog.form.secrets.values()]:
        assert row.editor.accessibleName()
