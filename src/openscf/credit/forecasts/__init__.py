"""What the model of late payment in force says of open receivables: one run a day, kept, looked up as of a day."""

from openscf.credit.forecasts.model import ForecastRun, GivenForecast, KnownForecasts
from openscf.credit.forecasts.service import forecast_of, forecasts_known, keep_forecasts, last_forecasts

__all__ = [
    "ForecastRun", "GivenForecast", "KnownForecasts", "forecast_of", "forecasts_known", "keep_forecasts",
    "last_forecasts",
]  # fmt: skip
