"""The demo's trading day: a shop and a warehouse that never were, busy for two minutes, with the troubles of a real day.

What is sold and who buys is `catalogue` and `orders`; what goes wrong and who should find it is `troubles`; the order of
the day is `plan`. `vendors` speaks to the stand-ins, `day` lets the plan happen, `judge` reads the books afterwards.
"""
