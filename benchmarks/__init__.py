"""What `make bench` measures: this package beside fastai, and beside the limit of the machine."""
