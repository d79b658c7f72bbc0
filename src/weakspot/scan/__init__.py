"""Scanning: from targets to a report, with worker processes, a cache, baselines, suppressions."""
