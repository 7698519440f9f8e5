"""Reading what a calling system sent: JSON, or a form with a file; nothing a database or an answer could not hold."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser, MultiPartParser


class MachineJSONParser(JSONParser):
    """JSON as DRF reads it; too deep a nesting and half characters are the caller's mistake, not a crash."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body. Raises ParseError."""
        try:
            content = self._load(stream, media_type, parser_context)
            json.dumps(content, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError("JSON 嵌套层数过多。") from error
        except UnicodeEncodeError as error:  # a lone \\ud800 is an escape JSON allows and UTF-8 does not
            raise ParseError("JSON 中有不完整的字符（孤立的代理项转义）。") from error
        return content

    def _load(self, *args: Any) -> Any:
        try:
            return super().parse(*args)
        except ParseError as error:
            where = error.__cause__ or error.__context__
            at = f"（第 {where.lineno} 行第 {where.colno} 列）" if isinstance(where, json.JSONDecodeError) else ""
            raise ParseError(f"请求内容不是合法的 JSON{at}。") from error


class MachineFormParser(MultiPartParser):
    """multipart/form-data as DRF reads it; what is broken in it is the caller's mistake and said in our words."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body with its files. Raises ParseError."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RequestDataTooBig:
            raise
        except (ParseError, SuspiciousOperation) as error:
            raise ParseError("multipart 内容无法解析，请核对分隔符、字段个数和文件个数。") from error


JSON_OR_FORM = [MachineJSONParser, MachineFormParser]  # for calls that take a file
