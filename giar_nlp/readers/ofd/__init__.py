"""OFD: `page` places the characters, rules and images of a page, `reading` knows the order.

From there on a page is read as that of a PDF is (`pdf`).
"""
