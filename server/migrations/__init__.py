"""How the tables came to be what they are: Alembic migrations, run by `alembic upgrade head`."""
