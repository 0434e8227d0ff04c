"""Explorers: widgets to play with, each a thin view over plain functions that work without a browser."""
