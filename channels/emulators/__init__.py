"""The platforms as they behave, for laptops and tests: real shapes, and nothing leaves the machine.

Each platform is one file, written from its public documentation and never from our channel.
"""
