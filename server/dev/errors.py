"""What can keep the project from running on this machine; each message tells the person what to do."""


class DevError(Exception):
    """The project cannot run like this."""


def reasons(error: BaseException | None) -> list[str]:
    """List the messages inside nested exception groups; raises what is a defect rather than a DevError."""
    match error:
        case BaseExceptionGroup():
            return [reason for inner in error.exceptions for reason in reasons(inner)]
        case DevError():
            return [str(error)]
        case None:
            return []
        case _:
            raise error
