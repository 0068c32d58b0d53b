"""Watch folders: a file dropped into a folder becomes a job, and its video comes back.

events, scans ─→ arrivals   what is new or changed, and has been the same for a while
                 copying    hashed while it is copied into the input store
                 orders     what the file asks for: a media file, props, a row each of a table
                 ledger     what was seen and asked for, in the node's own database
                 returns    the result to --out, the original to done/ or failed/
"""
