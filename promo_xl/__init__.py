"""Excel workbooks that plan and steer a product promotion."""

__version__ = "0.1.0"
