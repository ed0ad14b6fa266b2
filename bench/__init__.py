"""Measures a stock Rasa server and ours, side by side on one machine, end to end over HTTP."""
