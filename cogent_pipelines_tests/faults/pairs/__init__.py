"""Schedules between any storefront and any warehouse: what all vendors have is drawn, done and judged here."""
