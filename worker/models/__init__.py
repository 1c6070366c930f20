"""The text models a worker can ask: one port, and what each model needs. Never the database, Redis or job events."""
