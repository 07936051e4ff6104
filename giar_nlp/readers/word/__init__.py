"""Files of word processors: DOCX, DOC and WPS, RTF.

`docx`, `doc` and `rtf` read one format each (`doc_file`, `doc_lists`: the parts of a DOC; `rtf_tokens`: the
words of RTF; `office`: LibreOffice, for what is older or damaged). What they share: `flow` (paragraphs,
headings and tables), `numbering` (automatic numbers as they show), `rows`, `styles`, `properties`.
"""
