"""The fixtures that any test may ask for. A missing real part fails and says what to install; nothing is skipped."""

from hypothesis import HealthCheck, settings

# Machines are noisy: no test depends on how long an example takes.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

pytest_plugins = [
    "tests.support.postgres_fixtures",
    "tests.support.redis_fixtures",
    "tests.support.task_leaks",
]
