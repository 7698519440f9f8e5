"""How log lines look. Personal data stays out: no query strings, no locals in tracebacks (RULES R11.07, R11.10)."""

from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]


def drop_query(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """The request line without what was searched for."""
    request = event.get("request")
    if isinstance(request, str):
        event["request"] = request.split("?", 1)[0]
    return event


def configure() -> None:
    """Sends structlog through the standard library, so that one handler prints everything."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            drop_query,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def logging_config(level: str, machine_readable: bool) -> dict[str, Any]:
    """Django's LOGGING: one console handler, JSON lines in production, short lines elsewhere."""
    traceback: Processor
    if machine_readable:
        renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
        traceback = structlog.processors.format_exc_info
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        traceback = structlog.stdlib.PositionalArgumentsFormatter()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, traceback, renderer],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"django_structlog": {"level": "INFO" if machine_readable else "WARNING"}},
    }
