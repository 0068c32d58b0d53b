"""What a job reads: gathered and uploaded at submit, put in place on the node that renders it."""
