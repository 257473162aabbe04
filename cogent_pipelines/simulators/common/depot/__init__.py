"""A warehouse without a vendor: articles, stock, orders, the floor, parcels, returns, and the door of a JSON service.

Two or more simulated vendors are this with a wire form of their own around it. Nothing of any vendor's wording is here.
"""
