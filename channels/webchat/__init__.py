"""Web chat: the widget, its page, and the stream that feeds them."""
