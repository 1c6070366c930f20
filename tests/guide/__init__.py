"""The project explained as tests: one idea each, to be read in order. Everything runs in memory."""
