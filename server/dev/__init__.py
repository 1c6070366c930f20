"""Everything on one machine with one command: `python -m server.dev`. For development, never for production."""
