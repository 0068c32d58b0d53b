"""Calls in a thread and commands in a process: every answer arrives, in the window's thread, and what is stopped says nothing."""

import gc

from PySide6.QtCore import QObject, QThread, QThreadPool

from app.background import Call, Command
from render_engine.errors import BadInput


class Listener(QObject):
    def __init__(self):
        super().__init__()
        self.heard, self.threads = [], set()

    def hear(self, answer):
        self.heard.append(answer)
        self.threads.add(QThread.currentThread())


def test_every_answer_arrives_though_nobody_keeps_the_call(qapp, qtbot):
    listener = Listener()
    for number in range(40):
        call = Call(lambda number=number: number)
        call.answered.connect(listener.hear)
        call.start()
        del call
    gc.collect()
    qtbot.waitUntil(lambda: len(listener.heard) == 40)
    assert sorted(listener.heard) == list(range(40))
    assert listener.threads == {qapp.thread()}
    qtbot.waitUntil(lambda: not Call._running)


def test_what_went_wrong_is_told(qapp, qtbot):
    def wrong():
        raise BadInput("the folder is not there")

    call = Call(wrong)
    with qtbot.waitSignal(call.failed) as told:
        call.start()
    assert told.args == ["the folder is not there"]


def test_an_answer_to_one_who_is_gone_does_no_harm(qapp, qtbot):
    listener = Listener()
    call = Call(lambda: 1)
    call.answered.connect(listener.hear)
    call.start()
    del call, listener
    gc.collect()
    QThreadPool.globalInstance().waitForDone()
    qtbot.waitUntil(lambda: not Call._running)


def test_a_command_answers(qapp, qtbot, tmp_path):
    command = Command(["cache"], {"FRAMEKILN_CACHE": str(tmp_path)})
    with qtbot.waitSignal(command.answered) as told:
        command.start()
    assert told.args[0]["folder"] == str(tmp_path / "journal")
    assert told.args[1] == 0


def test_a_command_that_fails_says_why(qapp, qtbot):
    command = Command(["storage", "test"], {"FRAMEKILN_STORAGE": "bogus://x"})
    with qtbot.waitSignal(command.failed) as told:
        command.start()
    assert "bogus://x" in told.args[0]


def test_a_stopped_command_says_nothing(qapp, qtbot):
    command, said = Command(["cache"]), []
    command.answered.connect(lambda *_: said.append(1))
    command.failed.connect(lambda *_: said.append(1))
    command.start()
    command.stop()
    assert not command.is_running
    qapp.processEvents()
    assert not said
