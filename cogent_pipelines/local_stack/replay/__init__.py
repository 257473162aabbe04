"""A retailer's own invoices, turned into storefront orders and run through the whole path against stand-in vendors."""
