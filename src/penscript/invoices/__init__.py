"""Document -> Invoice: the fields that can be booked."""
