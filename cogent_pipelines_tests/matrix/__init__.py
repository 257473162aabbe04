"""Every storefront with every warehouse: the demo's day through each pair, judged by the two vendors' own books."""
