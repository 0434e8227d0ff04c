"""What all widgets of the course share: showing them, answering them one message at a time, pointing, playing."""
