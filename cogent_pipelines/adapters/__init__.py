"""One folder per vendor; the vendor's words stop here. No adapter imports another, nor the ledger."""
