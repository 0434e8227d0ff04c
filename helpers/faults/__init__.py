"""What may be wrong with a folder of pictures, and what to do about it: `helpers.doctor` looks one over."""
