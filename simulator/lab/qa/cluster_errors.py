"""What can be wrong with a cluster: told in one line, and known without Dask."""

from __future__ import annotations


class ClusterError(Exception):
    """A cluster that cannot be used; the text says why and what to do."""
