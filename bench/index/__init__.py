"""How long a question takes in an index of many articles."""
