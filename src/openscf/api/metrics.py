"""What is counted and measured, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Meters:
    """The meters of one process, in a register of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("openscf_requests", "Requests served.", ["operation", "status"], registry=self.registry)
        self.took = Histogram(
            "openscf_request_seconds", "How long a request took.", ["operation"], buckets=BUCKETS_S,
            registry=self.registry,
        )  # fmt: skip
        self.serving = Gauge("openscf_requests_serving", "Requests being served now.", registry=self.registry)
        self.turned_away = Counter(
            "openscf_requests_turned_away", "Requests turned away before anything looked at them.", ["why"],
            registry=self.registry,
        )  # fmt: skip

    def page(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self.registry)
