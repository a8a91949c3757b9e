"""Traces over a whole step: what came due or was asked, its commit, its messages (OpenTelemetry).

Without an endpoint nothing is traced, and it costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from config.proxies import proxy_for
from store.transaction.outbox import TRACE

_CARRIED = TraceContextTextMapPropagator()


class Tracing:
    """Spans of this bot, handed to `processor`; without one it does nothing."""

    def __init__(self, processor: SpanProcessor | None) -> None:
        self.on = processor is not None
        self._provider: TracerProvider | None = None
        self._tracer: trace.Tracer = trace.NoOpTracer()
        if processor is not None:
            resource = Resource.create({"service.name": "escalade"})
            self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
            self._provider.add_span_processor(processor)
            self._tracer = self._provider.get_tracer("escalade")

    @classmethod
    def to(cls, endpoint: str) -> Tracing:
        """Spans sent to an OTLP endpoint over HTTP; none where it is ""."""
        if not endpoint:
            return cls(None)
        import requests  # noqa: PLC0415  slow, and seldom needed
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415  as slow
            OTLPSpanExporter,
        )

        session = requests.Session()
        proxy = proxy_for(endpoint) or ""
        session.proxies = {"http": proxy, "https": proxy}
        session.trust_env = False  # its own rule differs
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", session=session)
        return cls(BatchSpanProcessor(exporter))

    @contextmanager
    def span(self, name: str, *, parent: str = "", **attributes: str | int) -> Iterator[None]:
        """A span; messages sent within carry it on. `parent` is what such a message carried."""
        if not self.on:
            yield
            return
        context = _CARRIED.extract({"traceparent": parent}) if parent else None
        with self._tracer.start_as_current_span(name, context=context) as span:
            span.set_attributes({f"escalade.{key}": value for key, value in attributes.items()})
            token = TRACE.set(_carried(span))
            try:
                yield
            finally:
                TRACE.reset(token)

    def stop(self) -> None:
        """Send what is left; this may take seconds."""
        if self._provider is not None:
            self._provider.shutdown()


def _carried(span: trace.Span) -> str:
    carrier: dict[str, str] = {}
    _CARRIED.inject(carrier, trace.set_span_in_context(span))
    return carrier.get("traceparent", "")
