"""Rules over a workbook's XML; each makes Excel repair, refuse or silently misread a file."""
