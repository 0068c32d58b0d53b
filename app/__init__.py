"""The command line and, later, the desktop app: thin views over the engine."""
