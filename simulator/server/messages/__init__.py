"""Every message of the motion API, version 1. Documents, clients and pages are made from these classes."""

from simulator.server.messages.base import API, ApiMessage, Code, Scope
from simulator.server.messages.commands import COMMANDS, Command, read_command
from simulator.server.messages.replies import (
    REPLIES,
    Accepted,
    Done,
    FinalReply,
    Hello,
    Preempted,
    Refused,
    Reply,
    Superseded,
)
from simulator.server.messages.state import DeviceState, Event, EventName, Reason

__all__ = [
    "API",
    "COMMANDS",
    "REPLIES",
    "Accepted",
    "ApiMessage",
    "Code",
    "Command",
    "DeviceState",
    "Done",
    "Event",
    "EventName",
    "FinalReply",
    "Hello",
    "Preempted",
    "Reason",
    "Refused",
    "Reply",
    "Scope",
    "Superseded",
    "read_command",
]
