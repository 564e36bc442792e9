"""Simulation: random business under faults on the engine's in-memory twins, judged by an independent auditor."""

from openscf.cluster.simulation.auditor import Finding, audit
from openscf.cluster.simulation.storm import FAULTS, Result, Storm, storm

__all__ = ["FAULTS", "Finding", "Result", "Storm", "audit", "storm"]
