"""What is seen before it is rendered: a process of its own draws frames into memory that the window shares with it.

Documents, templates and Python run only there. When it dies the window says so and starts another one.

    messages   what the two say to each other: one JSON object a line
    slots      the shared memory: a file of frames, mapped by both
    child      the process: opens, draws what is wanted most, mixes the sound
    player     the window's side: asks, keeps what came, tells what changed
"""
