"""What the two catalogues of a replay hold."""

from cogent_pipelines.local_stack.replay.articles import Catalogue

CATALOGUE = Catalogue({"85123A": {"85123a": 1, "85123A": 9}, "22633": {"22633": 4}, "15056N": {"15056n": 2, "15056N": 2}})


def test_the_shop_sells_every_spelling_that_occurs():
    assert {"85123A", "85123a", "22633", "15056N", "15056n"} == {product["sku"] for product in CATALOGUE.products()}


def test_the_warehouse_keeps_each_article_under_its_more_frequent_spelling():
    """Of two that are equally frequent, always the same one."""
    assert ["85123A", "22633", "15056N"] == [item["item_code"] for item in CATALOGUE.items()]


def test_the_other_spellings_are_strange_to_the_warehouse():
    assert {"85123a", "15056n"} == CATALOGUE.strange()
