"""What vendors and strangers may send, at its worst: made here, thrown at every place that reads it."""
