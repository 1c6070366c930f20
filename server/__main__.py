"""`python -m server`: the web process. Runs uvicorn, and ends its WebSockets gently before uvicorn would cut them."""

import asyncio
import logging
import signal
import socket
import sys
from datetime import timedelta

import uvicorn
import uvloop

from server.app import create_app, open_parts
from server.domain.session import HEARTBEAT_SECONDS
from server.logs import configure_logging
from server.settings import Settings, SettingsInvalid
from server.sockets import Sockets

logger = logging.getLogger(__name__)

# No frame of the protocol comes near this; uvicorn's default is 16 MiB.
MAX_FRAME_BYTES = 16 * 1024
# A long poll that was just answered ends well within this.
GRACE_SECONDS = 5


class Server(uvicorn.Server):
    """uvicorn, with a drain: by itself it cuts every WebSocket at once."""

    def __init__(self, config: uvicorn.Config, sockets: Sockets, drain: timedelta) -> None:
        super().__init__(config)
        self._sockets = sockets
        self._drain = drain

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, end the conversations one by one, then whatever is left."""
        for server in self.servers:
            server.close()
        await self._sockets.drain(self._drain)
        await super().shutdown(sockets)


async def serve(settings: Settings) -> None:
    """Run until a signal."""
    async with open_parts(settings) as (parts, clock):
        config = uvicorn.Config(
            create_app(parts),
            host=settings.host,
            port=settings.port,
            # Bounds the headers of a request, which the quicker httptools does not.
            http="h11",
            ws="websockets-sansio",
            ws_max_size=MAX_FRAME_BYTES,
            ws_ping_interval=HEARTBEAT_SECONDS,
            # Off: it costs memory for each socket, and these frames are small.
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        server = Server(config, parts.sockets, settings.drain)
        async with asyncio.TaskGroup() as tasks:
            running = (clock.run(), clock.run_in_time(parts.hub), parts.sockets.run())
            background = [tasks.create_task(run) for run in running]
            await server.serve()
            for task in background:
                task.cancel()


def main() -> None:
    """Read the settings, then serve."""
    try:
        settings = Settings.from_environment()
        configure_logging(settings.log_format)
        # uvicorn raises a caught signal once more when it has shut down: by then there is nothing left to end.
        signal.signal(signal.SIGTERM, lambda *_: None)
        signal.signal(signal.SIGINT, lambda *_: None)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(settings))
    except SettingsInvalid as problem:
        sys.exit(f"error: {problem}")


if __name__ == "__main__":
    main()
