"""The IRB formula against every number of Basel II, Annex 5 ("Illustrative IRB risk weights for UL", June 2006).

The annex is without the scaling factor of 1.06. Of its 152 numbers the formula, in double precision, gives 140 to the
last digit; the other 12 differ by one in it (72.3947 here, 72.40 printed), none by more than 0.008 of a per cent.
"""

import math

import pytest

from openscf.credit import basel
from openscf.credit.basel import AssetClass, IrbRisk, irb_capital
from openscf.kernel.errors import Refusal

# Columns: corporate, turnover 50 and 5; mortgages, LGD 45 and 25; other retail, 45 and 85; revolving, 45 and 85.
ANNEX_5 = """
0.03  14.44  11.30   4.15   2.30   4.45   8.41   0.98   1.85
0.05  19.65  15.39   6.23   3.46   6.63  12.52   1.51   2.86
0.10  29.65  23.30  10.69   5.94  11.16  21.08   2.71   5.12
0.25  49.47  39.01  21.30  11.83  21.15  39.96   5.76  10.88
0.40  62.72  49.49  29.94  16.64  28.42  53.69   8.41  15.88
0.50  69.61  54.91  35.08  19.49  32.36  61.13  10.04  18.97
0.75  82.78  65.14  46.46  25.81  40.10  75.74  13.80  26.06
1.00  92.32  72.40  56.40  31.33  45.77  86.46  17.22  32.53
1.30 100.95  78.77  67.00  37.22  50.80  95.95  21.02  39.70
1.50 105.59  82.11  73.45  40.80  53.37 100.81  23.40  44.19
2.00 114.86  88.55  87.94  48.85  57.99 109.53  28.92  54.63
2.50 122.16  93.43 100.64  55.91  60.90 115.03  33.98  64.18
3.00 128.44  97.58 111.99  62.22  62.79 118.61  38.66  73.03
4.00 139.58 105.04 131.63  73.13  65.01 122.80  47.16  89.08
5.00 149.86 112.27 148.22  82.35  66.42 125.45  54.75 103.41
6.00 159.61 119.48 162.52  90.29  67.73 127.94  61.61 116.37
10.00 193.09 146.51 204.41 113.56  75.54 142.69  83.89 158.47
15.00 221.54 171.91 235.72 130.96  88.60 167.36 103.89 196.23
20.00 238.23 188.42 253.12 140.62 100.28 189.41 117.99 222.86
"""
COLUMNS = (
    {"turnover_eur_million": 50.0}, {"turnover_eur_million": 5.0},
    {"asset_class": AssetClass.MORTGAGE}, {"asset_class": AssetClass.MORTGAGE, "lgd": 0.25},
    {"asset_class": AssetClass.RETAIL}, {"asset_class": AssetClass.RETAIL, "lgd": 0.85},
    {"asset_class": AssetClass.REVOLVING}, {"asset_class": AssetClass.REVOLVING, "lgd": 0.85},
)  # fmt: skip


def published() -> list[tuple[float, int, float]]:
    rows = [list(map(float, line.split())) for line in ANNEX_5.strip().splitlines()]
    return [(row[0] / 100, column, weight) for row in rows for column, weight in enumerate(row[1:])]


def misses(scaling: float = 1.0, *, by: float = 0.0) -> list[tuple[float, int, float]]:
    """Published numbers from which the formula, rounded to two decimals of a per cent, is further away than `by`."""
    found = []
    for pd, column, weight in published():
        ours = irb_capital(IrbRisk(pd_1y=pd, **COLUMNS[column])).risk_weight * 100 * scaling
        if abs(round(ours, 2) - weight) > by + 0.001:
            found.append((pd, column, ours))
    return found


def test_all_152_published_risk_weights_are_reproduced_within_one_in_the_last_digit():
    assert len(published()) == 152
    assert misses(by=0.01) == []
    assert len(misses()) == 12
    printed = {(pd, column): weight for pd, column, weight in published()}
    assert max(abs(ours - printed[pd, column]) for pd, column, ours in misses()) < 0.008


def test_the_published_weights_are_without_the_scaling_factor():
    assert len(misses(basel.SCALING_2006, by=0.01)) == 152


def test_another_correlation_would_be_noticed(monkeypatch):
    monkeypatch.setattr(basel, "asset_correlation", lambda _risk: 0.15)
    assert {column for _, column, _ in misses(by=0.01)} >= {0, 1, 4, 5, 6, 7}


def test_a_firm_of_fifty_million_has_no_size_adjustment_and_one_of_five_the_whole():
    none = irb_capital(IrbRisk(pd_1y=0.01))
    assert irb_capital(IrbRisk(pd_1y=0.01, turnover_eur_million=50)) == none
    assert irb_capital(IrbRisk(pd_1y=0.01, turnover_eur_million=900)) == none
    small = irb_capital(IrbRisk(pd_1y=0.01, turnover_eur_million=5))
    assert math.isclose(none.correlation - small.correlation, 0.04)
    assert irb_capital(IrbRisk(pd_1y=0.01, turnover_eur_million=1)) == small


def test_capital_grows_with_maturity_from_one_year_on_and_not_for_retail():
    at = [irb_capital(IrbRisk(pd_1y=0.01, maturity_years=years)) for years in (0.25, 1, 2.5, 5, 9)]
    assert math.isclose(at[1].maturity_factor, 1.0)
    assert at[0] == at[1]
    assert at[1].capital < at[2].capital < at[3].capital
    assert at[3] == at[4]
    trade = irb_capital(IrbRisk(pd_1y=0.01, maturity_years=0.25, self_liquidating=True))
    assert trade.capital < at[0].capital
    assert irb_capital(IrbRisk(pd_1y=0.01, asset_class=AssetClass.RETAIL, maturity_years=5)).maturity_factor == 1


def test_a_certain_default_needs_no_capital_for_the_unexpected_and_a_pd_of_nothing_is_raised_to_the_floor():
    assert irb_capital(IrbRisk(pd_1y=1.0)).capital == 0
    assert irb_capital(IrbRisk(pd_1y=1.0)).expected_loss == 0.45
    assert irb_capital(IrbRisk(pd_1y=0.0)) == irb_capital(IrbRisk(pd_1y=0.0003))


@pytest.mark.parametrize(
    "figures",
    [{"pd_1y": -0.01}, {"pd_1y": 1.5}, {"pd_1y": math.nan}, {"pd_1y": "0.1"}, {"pd_1y": 0.1, "lgd": 45},
     {"pd_1y": 0.1, "maturity_years": -1}, {"pd_1y": 0.1, "turnover_eur_million": math.inf}],
)  # fmt: skip
def test_figures_that_are_no_parts_of_one_are_refused(figures):
    with pytest.raises(Refusal, match=r"^bad_risk_figure"):
        IrbRisk(**figures)
