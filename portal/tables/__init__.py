"""Lists: keyset paging, sorting by named orders, capped counts, and CSV or XLSX of exactly what is listed."""

from portal.tables.exports import FORMATS, Column, export, export_links, exported
from portal.tables.paging import COUNT_CAP, EXPORT_CAP, PAGE_SIZE, Count, Order, Slice, counted, everything, sliced
from portal.tables.sorting import Sorting, is_filtered

__all__ = [
    "COUNT_CAP",
    "EXPORT_CAP",
    "FORMATS",
    "PAGE_SIZE",
    "Column",
    "Count",
    "Order",
    "Slice",
    "Sorting",
    "counted",
    "everything",
    "export",
    "export_links",
    "exported",
    "is_filtered",
    "sliced",
]
