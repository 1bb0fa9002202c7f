"""Tools that prove a generated workbook right without Excel."""
