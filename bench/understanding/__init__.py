"""How well messages are understood: on our own held-out sayings, and on public data."""
