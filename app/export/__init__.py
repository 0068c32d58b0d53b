"""Finished files out of the app: what is asked for, the process that renders it, the list of renders, rendering ahead.

Nothing is drawn, decoded or resolved in the window's process; a render is a process of its own, at low priority.

    export       what is asked for, in one object that travels as JSON
    worker       the process: plans, renders, renders ahead or submits what it is told
    process      the window's end of any process of ours that tells JSON, a line an event
    renders      the app's own renders: one at a time; paused ones go on where they were
    ahead        draws segments while nobody does anything
    farm         the queue of jobs and its nodes, looked at by a thread
    dialog       what a person is asked
"""
