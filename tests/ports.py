"""Free ports for servers that tests start."""

import random
import socket

# Below the range from which systems take ports for outgoing connections: a server that is
# killed finds its port free when it starts again.
LOWEST, HIGHEST = 15_000, 32_000


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on."""
    while True:
        port = random.randrange(LOWEST, HIGHEST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
