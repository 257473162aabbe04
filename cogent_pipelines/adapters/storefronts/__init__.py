"""One folder per storefront; the vendor's words stop there."""
