"""These tests import Rasa as our processes do: without TensorFlow."""

from assistant.nlu.without_tensorflow import leave_out_tensorflow

# Before the test modules are imported: they import Rasa at their top.
leave_out_tensorflow()
