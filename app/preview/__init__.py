"""What is seen before it is rendered: a process of its own draws frames into memory that the window shares with it.

Documents, templates and Python run only there. When it dies the window says so and starts another one.

    messages             what the two say to each other: one JSON object a line
    slots                the shared memory: a file of frames, mapped by both

    child                the process: does the newest orders (desk), draws what is wanted most
    opening, beside      from a source to a scene; what else a Python file reads
    keyframes, bounds    a far frame at once; where layers stand
    painter, card        who draws: the processor, or a card once it is ready
    mixing               the film's sound, from its beginning on

    player               the window's side: asks, keeps what came, tells what changed
    process              starts the child, and starts it again
    reel, frames         which frames are here, and in which slot
    wanted, clock, pace  which are asked for, which is due, how fast they come
    sound                what is heard; it is the clock
    still                one frame in full, to save or copy
"""
