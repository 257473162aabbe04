"""Schedules between Shopify and Peoplevox: what only this pair has is drawn, done and judged here."""
