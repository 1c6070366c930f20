"""The text models a worker can ask: one port, one module for each model. Never the database, Redis or a job's events."""
