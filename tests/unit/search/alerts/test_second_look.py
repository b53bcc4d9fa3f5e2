from hypothesis import given
from hypothesis import strategies as st

from search.alerts.second_look import least_likelihood

SHARES = st.floats(0.0, 1.0)


@given(SHARES, SHARES)
def test_who_wants_more_to_be_right_wants_it_likelier(one: float, other: float) -> None:
    least, most = sorted((one, other))
    assert 0.0 <= least_likelihood(least) <= least_likelihood(most) <= 1.0
    assert least_likelihood(most) <= most, "what is told is likelier than the least of it"


def test_who_wants_all_to_be_right_is_told_what_is_certain() -> None:
    assert least_likelihood(1.0) == 1.0
