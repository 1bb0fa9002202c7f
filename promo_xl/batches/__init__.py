"""Many workbooks at once: product lists in, names, jobs."""
