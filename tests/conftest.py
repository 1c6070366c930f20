"""The fixtures that any test may ask for. A missing real part fails and says what to install; nothing is skipped."""

pytest_plugins = [
    "tests.support.postgres_fixtures",
    "tests.support.redis_fixtures",
    "tests.support.task_leaks",
]
