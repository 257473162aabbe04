"""Promises about the importer's texts: each failure a reason of its own."""

from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.warehouses.orderwise.refusals import Refusal, taken_apart

BOTH = (
    "Order number 100045 variant code: TEE-RED-M does not exist or is not active "
    "Order number 100045 no variant has been provided"
)


def test_several_failures_in_one_text_are_several_reasons():
    """As seen in the wild: concatenated without a sign between them."""
    reasons = ("variant code TEE-RED-M does not exist or is not active (line 2)", "no variant has been provided")

    assert Refusal(reasons, certain=True) == taken_apart([BOTH], {"tee-red-m": [2]})


def test_a_code_with_spaces_is_read_whole():
    """Real codes have them, inside and at the end."""
    found = taken_apart(["variant code: VP 255 R  does not exist or is not active"], {"vp 255 r": [1, 3]})

    assert ("variant code VP 255 R does not exist or is not active (line 1, 3)",) == found.reasons


def test_the_same_failure_said_twice_is_one_reason():
    """Once in the message, once in the list below it."""
    assert 2 == len(taken_apart([BOTH, BOTH], {}).reasons)


def test_what_is_left_of_a_text_is_a_reason_too():
    """Nothing that the vendor says is dropped."""
    found = taken_apart([f"{BOTH}. Delivery method 3 is not allowed"], {})

    assert "Delivery method 3 is not allowed" == found.reasons[-1]
    assert found.certain


def test_other_words_prove_no_refusal():
    """The same text may come with an order that was taken all the same."""
    assert Refusal(("Timeout expired",), certain=False) == taken_apart(["Timeout expired"], {})


@given(texts=st.lists(st.text(max_size=200), max_size=5))
def test_any_text_is_taken_apart_without_loss(texts):
    """Whatever stands in it, letters and digits are kept somewhere."""
    reasons = " ".join(taken_apart(texts, {}).reasons)

    for text in texts:
        if "order number" not in text.casefold() and text.isalnum():
            assert text.strip() in reasons


def test_a_text_of_nothing_but_beginnings_and_spaces_is_read_at_once():
    """It took minutes once: each beginning looked for its end through all the spaces that follow."""
    found = taken_apart([("variant code: " + " " * 300) * 50 + "does not exist"], {})

    assert not found.certain
