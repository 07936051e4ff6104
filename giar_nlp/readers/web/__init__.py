"""Web pages, JSON and web archives.

`charsets` decodes, `page` parses and tells what is hidden, `weights` and `content` find where the report
stands, `flow` makes lines and tables of it (`numbering`: of its lists), `said` reads what the page says of
the report, `embedded` finds reports in scripts and JSON, `signs` holds the names and words; `html`, `mhtml`
know the order.
"""
