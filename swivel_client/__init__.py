"""Moves a Swivel display, virtual or real, from Python: `Display` for scripts, `AsyncDisplay` for asyncio.

    from swivel_client import Display

    with Display() as display:
        print(display.turn_to(30).wait())

It needs the package websockets and nothing else of Swivel; the file may be copied.
"""

from swivel_client.answers import End, Lost, Refused, SwivelError
from swivel_client.asynchronous import AsyncDisplay, AsyncMove
from swivel_client.synchronous import Display, Move

__all__ = ["AsyncDisplay", "AsyncMove", "Display", "End", "Lost", "Move", "Refused", "SwivelError"]
