"""Networks of earlier detectors, for the comparison with ours (docs/league.md)."""
