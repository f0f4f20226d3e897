"""Many files, resumable: each gets exactly one result, whatever happens meanwhile."""
