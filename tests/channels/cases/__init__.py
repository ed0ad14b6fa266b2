"""The cases of the channels whose own tests are long."""
