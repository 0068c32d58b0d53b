"""What tests of the seam run in a process of its own: everything that a device can do, once. Prints what it was told."""

import numpy as np

from render_engine.cuda.device import NoCard, OutOfCardMemory, open_device
from render_engine.cuda.launches import Image, Window
from render_engine.cuda.memory import Memory


def main() -> None:
    try:
        device = open_device()
    except NoCard as error:
        print(error)
        return
    print(type(device).__name__, device.card())
    memory = Memory(device)
    begin = device.record(memory.stream)
    pixels = np.arange(40 * 20, dtype=np.uint32).reshape(20, 40)
    source, target = memory.upload(pixels), memory.block(pixels.nbytes)
    window = Window(Image(source.address, 40, 20), Image(target.address, 40, 20), 3, 1)
    memory.wait_for_ffmpeg()
    memory.launch("window", window, 40, 20)
    memory.let_ffmpeg_wait()
    found = device.pinned(pixels.nbytes)
    memory.download(target, found)
    end = device.record(memory.stream)
    device.wait(end, device.stream())
    memory.finish()
    assert (found.view(np.uint32).reshape(20, 40)[:-1, :-3] == pixels[1:, 3:]).all()
    assert device.seconds(begin, end) >= 0
    try:
        device.allocate(1 << 40)
    except OutOfCardMemory as error:
        print(error)
    del source, target
    memory.close()
    device.close()
    print("closed")


main()
