"""The part of the facade that speaks of features, models, scores and their registry."""

from openscf.credit.features._compute import FeatureTable
from openscf.credit.features._compute import compute as compute_features
from openscf.credit.features._contract import (
    Direction,
    Family,
    Feature,
    Unit,
    feature_named,
    known_families,
    known_features,
)
from openscf.credit.features._snapshot import RELATIONS, Snapshot, checked, duckdb_engine, open_snapshot
from openscf.credit.features._words import worded
from openscf.credit.forecasts import (
    ForecastRun,
    GivenForecast,
    KnownForecasts,
    forecast_of,
    forecasts_known,
    keep_forecasts,
    last_forecasts,
)
from openscf.credit.late_payment import (
    Forecast,
    Foretold,
    LateFigures,
    LatePaymentModel,
    PaysLate,
    fit_late_payment,
    forecast_again,
    forecasts,
    foretell,
    lateness_between,
    lessons_in,
    open_on,
    receivables_in,
    views_in,
)
from openscf.credit.late_payment import figures_of as late_payment_figures
from openscf.credit.late_payment import judged as judge_lateness
from openscf.credit.late_payment import told_of as lateness_told
from openscf.credit.models.boosted import Boosted, fit_boosted
from openscf.credit.models.drift import stability_index, verdict
from openscf.credit.models.drifting import Drift, drift_of
from openscf.credit.models.explain import Reason, headline, reasons
from openscf.credit.models.outcomes import read_outcomes
from openscf.credit.models.record import (
    ScoreRecord,
    model_of,
    record_of,
    reproduce,
    score_all,
    score_firm,
)
from openscf.credit.models.sample import Sample, population, sample_of
from openscf.credit.models.scale import GRADES, grade_of
from openscf.credit.models.scorecard import Scorecard
from openscf.credit.models.scorecard_fit import fit as fit_scorecard
from openscf.credit.models.scored import Model, Part, Scored
from openscf.credit.models.training import Contest, Trained, train_models
from openscf.credit.models.validation import Duel, Validation, cross_validate, duel, out_of_time
from openscf.credit.registry.model import (
    FIRM_DEFAULT,
    LATE_PAYMENT,
    GivenScore,
    ModelAppointment,
    ModelRole,
    ModelVersion,
    ModelVersionId,
    ScoreId,
)
from openscf.credit.registry.reading import late_payment_model, registrable
from openscf.credit.registry.service import (
    appointments_of,
    found_model,
    found_score,
    keep_score,
    last_score,
    late_payment_in_charge,
    model_in_charge,
    propose_model,
    propose_retirement,
    register_model,
    registered_models,
    reproduce_score,
    scores_about,
    scores_of,
)
from openscf.credit.reports import Findings, model_report, report_style
from openscf.credit.store.refreshed import begin_refresh, end_refresh, refreshed_through

__all__ = [
    "FIRM_DEFAULT",
    "GRADES",
    "LATE_PAYMENT",
    "RELATIONS",
    "Boosted",
    "Contest",
    "Direction",
    "Drift",
    "Duel",
    "Family",
    "Feature",
    "FeatureTable",
    "Findings",
    "Forecast",
    "ForecastRun",
    "Foretold",
    "GivenForecast",
    "GivenScore",
    "KnownForecasts",
    "LateFigures",
    "LatePaymentModel",
    "Model",
    "ModelAppointment",
    "ModelRole",
    "ModelVersion",
    "ModelVersionId",
    "Part",
    "PaysLate",
    "Reason",
    "Sample",
    "ScoreId",
    "ScoreRecord",
    "Scorecard",
    "Scored",
    "Snapshot",
    "Trained",
    "Unit",
    "Validation",
    "appointments_of",
    "begin_refresh",
    "checked",
    "compute_features",
    "cross_validate",
    "drift_of",
    "duckdb_engine",
    "duel",
    "end_refresh",
    "feature_named",
    "fit_boosted",
    "fit_late_payment",
    "fit_scorecard",
    "forecast_again",
    "forecast_of",
    "forecasts",
    "forecasts_known",
    "foretell",
    "found_model",
    "found_score",
    "grade_of",
    "headline",
    "judge_lateness",
    "keep_forecasts",
    "keep_score",
    "known_families",
    "known_features",
    "last_forecasts",
    "last_score",
    "late_payment_figures",
    "late_payment_in_charge",
    "late_payment_model",
    "lateness_between",
    "lateness_told",
    "lessons_in",
    "model_in_charge",
    "model_of",
    "model_report",
    "open_on",
    "open_snapshot",
    "out_of_time",
    "population",
    "propose_model",
    "propose_retirement",
    "read_outcomes",
    "reasons",
    "receivables_in",
    "record_of",
    "refreshed_through",
    "register_model",
    "registered_models",
    "registrable",
    "report_style",
    "reproduce",
    "reproduce_score",
    "sample_of",
    "score_all",
    "score_firm",
    "scores_about",
    "scores_of",
    "stability_index",
    "train_models",
    "verdict",
    "views_in",
    "worded",
]  # fmt: skip
