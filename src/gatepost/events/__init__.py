"""Security events: the catalogue, the port, and the default sink."""

from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.facts import Level, RequestFacts, TraceFacts
from gatepost.events.json_lines import JsonLines
from gatepost.events.port import EventSink

__all__ = [
    "EventName",
    "EventSink",
    "JsonLines",
    "Level",
    "RequestFacts",
    "SecurityEvent",
    "TraceFacts",
]
