"""The bot: Rasa's agent inside this process. One message and one state in, one Turn out."""

from assistant.rasa_bot.bot import RasaBot

__all__ = ["RasaBot"]
