"""Making the demo community, and copying its tickets in bulk for benchmarks."""

from portal.demo.actions.filling import fill
from portal.demo.actions.scaling import scale_up

__all__ = ["fill", "scale_up"]
