"""Changes of workbooks that are in use."""
