"""E-mail: subject and plain text, carried by Django's e-mail backend when EMAIL_URL names a server."""

from shenguan.notify.channels.email.channel import EmailChannel

__all__ = ["EmailChannel"]
