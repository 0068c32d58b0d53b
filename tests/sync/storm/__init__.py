"""Eight agents in processes of their own, ended without a word again and again while they work."""
