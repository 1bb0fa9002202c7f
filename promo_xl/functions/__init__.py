"""The PROMO_ functions: one catalogue, and what Excel's hosts make of it."""
