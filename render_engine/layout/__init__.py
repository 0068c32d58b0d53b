"""Where things stand: boxes in rows and columns, by sizes alone."""
