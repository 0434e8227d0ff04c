"""Files that anybody may have made, read safely: pictures, weights, and what we keep ourselves."""
