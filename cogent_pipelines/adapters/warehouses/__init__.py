"""One folder per warehouse system; a vendor's words stop there."""
