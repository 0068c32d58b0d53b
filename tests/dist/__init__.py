"""What `make dist-test` runs. pytest looks into no folder called `dist` by itself, so `make test` does without."""
