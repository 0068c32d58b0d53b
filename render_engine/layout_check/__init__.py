"""Whether a film's texts can be read where the layout put them: measured, with nothing drawn."""
