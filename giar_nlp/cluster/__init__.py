"""More than one machine: the unit of work is one plain function over an Arrow table, `annotate_table`.

`table` holds that function, `storage` finds and reads reports on local or shared storage, `on_ray` runs them
on Ray Data. The same function serves Spark's ``mapInArrow`` and Dask: see ``docs/cluster.md``.
"""

from giar_nlp.cluster.table import annotate_table

__all__ = ["annotate_table"]
