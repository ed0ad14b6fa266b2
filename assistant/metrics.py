"""What is counted. Labels are names of ours, never anything about a person."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("front_door_messages_total", "Messages accepted.", ["channel"])
REPEATS = Counter("front_door_repeats_total", "Messages that had come before.", ["channel"])
TURNS = Counter("front_door_turns_total", "Messages worked, by what became of them.", ["outcome"])
TURN_SECONDS = Histogram(
    "front_door_turn_seconds",
    "From taking a message up to its commit.",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
PARCELS = Counter(
    "front_door_parcels_total",
    "Calls to platforms, by what became of them.",
    ["channel", "outcome"],
)
OPINIONS = Counter(
    "front_door_opinions_total",
    "Answers to whether a request that is done was sorted out.",
    ["answer"],
)
REQUESTS = Histogram(
    "front_door_http_seconds",
    "HTTP requests, by route.",
    ["route", "status"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5),
)
WAITING = Gauge(
    "front_door_waiting", "Rows that wait now.", ["what"], multiprocess_mode="mostrecent"
)
PARCELS_WAITING = Gauge(
    "front_door_parcels_waiting",
    "Parcels that wait now, to be sent or until the person writes (held).",
    ["channel", "state"],
    multiprocess_mode="mostrecent",
)
