"""The Excel add-in: built from text, installed, diagnosed; the commands behind its ribbon."""
