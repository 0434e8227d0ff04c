"""Plain functions and what gradient descent does on them: one idea per file, NumPy in and NumPy out."""
