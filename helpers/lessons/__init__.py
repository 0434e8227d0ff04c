"""What lessons show: plain functions, one idea per file, that work without a browser."""
