"""Files, written whole or not at all, and read so that none of them does harm: pictures, weights, what we keep."""
