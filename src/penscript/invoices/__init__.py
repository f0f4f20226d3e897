"""Document -> Invoice: the fields that can be booked."""

from penscript.invoices.read import read_invoice as read_invoice
