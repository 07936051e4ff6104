"""Results to files.

`rows` writes one table of rows (of statutory cells, of findings). `writing.export` turns whole records into
the tables of `layout`: `star` splits a record into their rows and joins it again, `parquet`, `csv_tables`
and `workbook` write them, `reading` reads records back.
"""

from giar_nlp.exports.rows import (
    EXPORTERS,
    TABLE_COLUMNS,
    Row,
    Value,
    check_format,
    harmless,
    table_rows,
    write_csv,
    write_jsonl,
    write_parquet,
    write_xlsx,
)

__all__ = [
    "EXPORTERS",
    "TABLE_COLUMNS",
    "Row",
    "Value",
    "check_format",
    "harmless",
    "table_rows",
    "write_csv",
    "write_jsonl",
    "write_parquet",
    "write_xlsx",
]
