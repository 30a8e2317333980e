"""The metrics as text, for a Prometheus that asks for them. Needs `gatepost[prometheus]`."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.core import (
    Metric as Family,
)
from prometheus_client.registry import Collector

from gatepost.events.metric_catalogue import BOUNDS, Distribution, Kind, Measured, Metric

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(measured: Measured) -> bytes:
    """Return what is served, in the text format 0.0.4."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Reading(measured))
    return generate_latest(registry)


class _Reading(Collector):
    """One reading, as the client wants it.

    Args:
        measured: what was read.
    """

    def __init__(self, measured: Measured) -> None:
        self._measured = measured

    def collect(self) -> Iterator[Family]:
        """Return every metric with its values."""
        for metric in Metric:
            family = _family(metric)
            for labels, value in self._measured.get(metric, {}).items():
                if isinstance(family, HistogramMetricFamily):
                    if isinstance(value, Distribution):
                        family.add_metric(labels, _buckets(value), value.total)
                elif not isinstance(value, Distribution):
                    family.add_metric(labels, value)
            yield family


def _family(
    metric: Metric,
) -> CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily:
    name, meaning, labels, unit = metric.value, metric.meaning, metric.labels, metric.unit
    if metric.kind is Kind.COUNTER:
        return CounterMetricFamily(name, meaning, labels=labels, unit=unit)
    if metric.kind is Kind.GAUGE:
        return GaugeMetricFamily(name, meaning, labels=labels, unit=unit)
    return HistogramMetricFamily(name, meaning, labels=labels, unit=unit)


def _buckets(value: Distribution) -> list[tuple[str, float]]:
    bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    return [(bound, float(count)) for bound, count in zip(bounds, value.counts, strict=True)]
