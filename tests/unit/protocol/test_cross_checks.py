"""What the values of a protocol demand of each other is asked before anything runs, in one line with key and way out."""

import re

import pytest

from analytics.protocol import Protocol, ProtocolError, parse_protocol, to_toml

MODEL = '[[outcome.cox]]\nname = "a"\n'


def refused(text: str) -> str:
    with pytest.raises(ProtocolError) as failure:
        parse_protocol(text, "mine.toml")
    said = str(failure.value)
    assert said.startswith("mine.toml: ")
    assert "\n" not in said
    return said.removeprefix("mine.toml: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[matching]\nmethod = "exact"\n', 'matching: method = "exact" matches on the columns of exact'),
        ("[matching]\nmin_ratio = 1\n", "matching: min_ratio is for a variable ratio; give max_ratio"),
        ("[matching]\nmax_ratio = 3\n", "matching: with max_ratio = 3 ratio is the mean"),
        ("[matching]\nratio = 2\nmin_ratio = 2\nmax_ratio = 3\n", "must lie between"),
        ("[matching]\nratio = 3\nmax_ratio = 3\n", "must lie between"),
        ("[matching]\nratio = 2\nmin_ratio = 0\nmax_ratio = 3\n", "matching.min_ratio"),
        ("[matching]\ncaliper = inf\n", "matching.caliper: must be a finite number"),
        ("[matching]\ncaliper = nan\n", "matching.caliper: must be a finite number"),
        (
            "[matching]\ncovariate_calipers = { AGE = 0.0 }\n",
            "matching.covariate_calipers.AGE: must be more than 0; a column to be matched exactly is named in",
        ),
        ("[matching]\ncovariate_calipers = { AGE = -1 }\n", "matching.covariate_calipers.AGE"),
        ("[matching]\ncovariate_calipers = { AGE = inf }\n", "matching.covariate_calipers.AGE"),
        ('[matching]\nmethod = "coarsened"\ncoarsening = { AGE = -2 }\n', "matching.coarsening.AGE"),
        (
            '[matching]\nmethod = "coarsened"\ncoarsening = { WEIGHT = 4 }\n',
            "matching.coarsening: WEIGHT is not among propensity.covariates",
        ),
        (
            '[propensity]\ncovariates = ["AGE"]\n[matching]\nmethod = "coarsened"\ncoarsening = { AGE = 1 }\n',
            "matching.coarsening: leaves every covariate out",
        ),
        ('[matching]\nexact = ["SEX", "sex"]\n', "matching.exact: SEX is named more than once"),
        ('[weighting]\nschemes = ["att", "att"]\n', "weighting.schemes: att is named more than once"),
        ("[propensity]\ncovariates = []\n", "propensity.covariates"),
        (MODEL + "covariates = []\n", "outcome.cox.0.covariates: must name TREATED"),
        (MODEL + 'covariates = ["AGE"]\n', "outcome.cox.0.covariates: must name TREATED"),
        (MODEL + 'covariates = ["TREATED", "treated"]\n', "TREATED is named more than once"),
        (MODEL + 'covariates = ["TREATED", "SET"]\n', "outcome.cox.0.covariates: SET is no column of adsl"),
        (
            MODEL + 'covariates = ["TREATED"]\nspline_knots = 3\n',
            "spline_knots bends covariates, and none is named",
        ),
        (MODEL + "spline_knots = 2\n", "outcome.cox.0.spline_knots"),
        (
            '[propensity]\nspline_knots = 3\n[matching]\nrefresh = "append"\n',
            "propensity.spline_knots: knots stand at quantiles of the day",
        ),
        (MODEL + 'strata = ["TREATED"]\n', "outcome.cox.0.strata: TREATED"),
        (MODEL + 'strata = ["SUBJECT"]\n', "outcome.cox.0.strata: SUBJECT"),
        (MODEL + 'strata = ["SEX", "SEX"]\n', "outcome.cox.0.strata: SEX is named more than once"),
        (MODEL + 'covariates = ["TREATED", "SEX"]\nstrata = ["SEX"]\n', "outcome.cox.0: SEX is a stratum"),
        (
            MODEL + 'covariates = ["TREATED", "PROPENSITY"]\n',
            "outcome.cox.0.covariates: PROPENSITY is no column",
        ),
        (MODEL + "propensity_classes = 5\n", 'outcome.cox "a": propensity_classes cuts the score'),
        (MODEL + 'strata = ["PROPENSITY"]\npropensity_classes = 1\n', "outcome.cox.0.propensity_classes"),
        (MODEL + 'strata = ["SET", "PROPENSITY"]\n', "within a set there are no classes of the score"),
        (
            '[propensity]\ncovariates = []\n[matching]\nmethod = "none"\n[weighting]\nschemes = []\n'
            + MODEL
            + 'population = "all"\nstrata = ["PROPENSITY"]\n',
            'strata = ["PROPENSITY"] needs a score',
        ),
        (MODEL + 'cluster = "TREATED"\n', "outcome.cox.0.cluster: TREATED"),
        (MODEL + '[[outcome.cox]]\nname = "A "\n', "outcome.cox.name: two are called alike"),
        (
            '[matching]\nmethod = "none"\n' + MODEL,
            'outcome.cox "a" has no effect with matching.method = "none"; name a population other than "matched"',
        ),
        ("[outcome]\nlevel = 1\n", "outcome.level"),
        ("[outcome]\nlevel = 0\n", "outcome.level"),
        (
            '[[subgroup]]\nname = "Age"\ncolumn = "AGE"\n[[subgroup]]\nname = "age"\ncolumn = "AGE"\ncut = 60\n',
            "subgroup.name: two are called alike",
        ),
        (
            '[population]\ncriteria = [{ name = "a", where = "AGE < 9" }, { name = "a", where = "AGE > 1" }]\n',
            "population.criteria.name: two are called alike",
        ),
        ('[[endpoint]]\nname = "OS"\nevents = []\n', "endpoint.0.events"),
        ('[[endpoint]]\nname = "OS"\nevents = ["death", "death"]\n', "death is named more than once"),
        ('[[endpoint]]\nname = "OS"\nmilestones_days = [180, 180]\n', "180 is named more than once"),
        ('[[endpoint]]\nname = "OS"\nmilestones_days = [0]\n', "endpoint.0.milestones_days.0"),
        ("[exposure]\nlandmarks_days = [90, 90]\n", "exposure.landmarks_days: 90 is named more than once"),
        (
            "[sensitivity]\nwindows_days = [45]\n",
            "sensitivity.windows_days.0: must be one of 0, 30, 90, 180, unlimited",
        ),
        ("[sensitivity]\nwindows_days = [90, 90]\n", "90 is named more than once"),
        ("[sensitivity]\ncalipers = [0.2, -0.1]\n", "sensitivity.calipers.1"),
        ("[sensitivity]\ngammas = [0.5]\n", "sensitivity.gammas.0"),
        (
            "[sensitivity]\nconfounder_hazard_ratio = [0.9, 0.7, 0.5, 0.4]\n",
            "sensitivity.confounder_hazard_ratio: must rise from lowest to highest",
        ),
        ("[sensitivity]\nconfounder_hazard_ratio = [0, 0.5, 0.7, 0.9]\n", "confounder_hazard_ratio"),
        (
            "[sensitivity]\nconfounder_prevalence_treated = [0.3, 0.4, 0.6, 1.7]\n",
            "confounder_prevalence_treated",
        ),
        ("[study]\nseed = -1\n", "study.seed"),
        ("[treatment]\nfalsification_value = 1\n", "treatment.falsification_value: is the value of"),
        ("[treatment]\nfalsification_value = 0\n", "treatment.falsification_value: is the value of"),
    ],
)
def test_values_that_contradict_each_other_are_refused(text: str, said: str) -> None:
    assert said in refused(text)


LOOKS = '[monitoring]\nmethod = "{}"\n{}[matching]\nrefresh = "{}"\n'


@pytest.mark.parametrize("method", ["obrien_fleming", "pocock", "e_process"])
@pytest.mark.parametrize("refresh", ["rematch", "append"])
def test_a_formal_look_needs_a_frozen_design(method: str, refresh: str) -> None:
    events = "" if method == "e_process" else "information_events = [50, 100]\n"
    assert 'monitoring.method needs matching.refresh = "frozen"' in refused(
        LOOKS.format(method, events, refresh)
    )
    frozen = parse_protocol(LOOKS.format(method, events, "frozen"))
    assert frozen.monitoring.method == method


@pytest.mark.parametrize("events", ["[100, 50]", "[50, 50]", "[0, 50]", "[-5]"])
def test_information_times_rise(events: str) -> None:
    text = LOOKS.format("pocock", f"information_events = {events}\n", "frozen")
    assert "monitoring.information_events" in refused(text)


def test_spending_needs_information_times() -> None:
    assert "monitoring.information_events" in refused(LOOKS.format("pocock", "", "frozen"))


@pytest.mark.parametrize("method", ["full", "exact", "coarsened", "none", "optimal"])
def test_only_nearest_pairs_can_be_kept(method: str) -> None:
    exact = 'exact = ["SEX"]\n' if method == "exact" else ""
    models = "[outcome]\ncox = []\n"
    text = f'{models}[matching]\nmethod = "{method}"\n{exact}refresh = "frozen"\n'
    assert "matching.refresh = " in refused(text)


CODES = '[population]\ncategorical = ["GRADE"]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CODES, "population.categorical: GRADE is named by no other key"),
        (
            CODES + '[[subgroup]]\nname = "Grade"\ncolumn = "GRADE"\ncut = 2\n',
            "subgroup.cut: GRADE is a category",
        ),
        (
            CODES + "[matching]\ncovariate_calipers = { GRADE = 1 }\n",
            "matching.covariate_calipers: GRADE is a category",
        ),
        (
            CODES
            + '[propensity]\ncovariates = ["AGE", "GRADE"]\n[matching]\nmethod = "coarsened"\ncoarsening = { GRADE = 2 }\n',
            "matching.coarsening: GRADE is a category",
        ),
    ],
)
def test_a_category_has_no_order(text: str, said: str) -> None:
    assert said in refused(text)


def test_every_contradiction_is_told_at_once() -> None:
    said = refused('[matching]\nmethod = "full"\nratio = 2\norder = "random"\n')
    assert "matching.ratio" in said
    assert "matching.order" in said


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ('[matching]\nmethod = "full"\nratio = 2\n', "matching.ratio = 2"),
        ('[matching]\nmethod = "optimal"\norder = "ascending"\n', 'matching.order = "ascending"'),
        ('[matching]\nmethod = "optimal"\nreplace = true\n', "matching.replace = true"),
        ('[matching]\nmethod = "coarsened"\ndistance = "mahalanobis"\n', 'matching.distance = "mahalanobis"'),
        ('[matching]\nmethod = "coarsened"\nexact = ["SEX"]\n', 'matching.exact = ["SEX"]'),
        ('[matching]\nmethod = "exact"\nexact = ["SEX"]\ncaliper = 0.1\n', "matching.caliper = 0.1"),
        ("[matching]\ncoarsening = { AGE = 4 }\n", "matching.coarsening"),
        ('[matching]\nreplace = true\norder = "random"\n', 'matching.order = "random"'),
        ('[propensity]\nmissing = "complete_case"\nimputations = 20\n', "propensity.imputations = 20"),
        (
            '[propensity]\nmissing = "indicator"\nimputation_noise = 0.2\n',
            "propensity.imputation_noise = 0.2",
        ),
        (
            '[propensity]\nimputation_noise = 0.2\n[matching]\nrefresh = "append"\n',
            "propensity.imputation_noise",
        ),
        ("[propensity]\npenalty = 0.1\n", "propensity.penalty = 0.1"),
        ('[propensity]\nmodel = "gradient_boosting"\npenalty = 0.1\n', "propensity.penalty = 0.1"),
        ('[propensity]\nmodel = "ridge"\nmixing = 0.2\n', "propensity.mixing = 0.2"),
        (
            '[weighting]\nschemes = ["overlap"]\ntruncate_quantile = 0.9\n',
            "weighting.truncate_quantile = 0.9",
        ),
        (
            '[propensity]\nmodel = "ridge"\n[weighting]\nbootstrap_replicates = 500\n',
            "weighting.bootstrap_replicates = 500",
        ),
        ("[monitoring]\nalpha = 0.01\n", "monitoring.alpha = 0.01"),
        ("[monitoring]\ninformation_events = [50]\n", "monitoring.information_events"),
        ("[monitoring]\nalternative_hazard_ratio = 0.5\n", "monitoring.alternative_hazard_ratio = 0.5"),
        (
            LOOKS.format("pocock", "information_events = [50]\nalternative_hazard_ratio = 0.5\n", "frozen"),
            "monitoring.alternative_hazard_ratio = 0.5",
        ),
        (LOOKS.format("e_process", "information_events = [50]\n", "frozen"), "monitoring.information_events"),
        ("[disclosure]\nsuppress_small_cells = false\nthreshold = 10\n", "disclosure.threshold = 10"),
        (
            "[disclosure]\nsuppress_small_cells = false\ncurve_min_at_risk = 10\n",
            "disclosure.curve_min_at_risk = 10",
        ),
        (
            '[time_zero]\ntreated = "trial_baseline"\npartial_index = "latest_day"\n',
            'time_zero.partial_index = "latest_day"',
        ),
        ('[outcome]\ncox = []\ntransform = "rank"\n', 'outcome.transform = "rank"'),
        (
            '[matching]\nmethod = "none"\n[outcome]\ncox = []\n[sensitivity]\ngammas = [2]\n',
            "sensitivity.gammas",
        ),
        (
            '[matching]\nmethod = "none"\n[outcome]\ncox = []\n[sensitivity]\nbias_draws = 900\n',
            "sensitivity.bias_draws = 900",
        ),
        (
            '[matching]\nmethod = "exact"\nexact = ["SEX"]\n[sensitivity]\ncalipers = [0.3]\n',
            "sensitivity.calipers",
        ),
        (
            '[matching]\nmethod = "none"\n[weighting]\nschemes = []\n[outcome]\ncox = []\n[balance]\nmax_abs_smd = 0.2\n',
            "balance.max_abs_smd = 0.2",
        ),
    ],
)
def test_a_setting_that_the_chosen_method_ignores_is_refused(text: str, setting: str) -> None:
    said = refused(text)
    assert re.search(rf"{re.escape(setting)}[^;]* has no effect (with|where) [^;]*; leave it out", said)


@pytest.mark.parametrize(
    "text",
    [
        "[matching]\nratio = 2\nmin_ratio = 1\nmax_ratio = 4\n",
        '[matching]\nmethod = "exact"\nexact = ["SEX"]\ncaliper = 0\n',
        '[matching]\ncaliper = 0\ncaliper_scale = "matchit"\n',
        '[matching]\nmethod = "none"\n',
        '[weighting]\nschemes = ["entropy"]\nbootstrap_replicates = 0\n',
        CODES + '[[subgroup]]\nname = "Grade"\ncolumn = "GRADE"\n',
    ],
)
def test_what_agrees_is_read_and_reads_back(text: str) -> None:
    protocol = parse_protocol(text)
    assert parse_protocol(to_toml(protocol)) == protocol


def test_defaults_written_out_are_not_settings_in_vain() -> None:
    assert parse_protocol(to_toml(Protocol())) == Protocol()
    full = parse_protocol('[matching]\nmethod = "full"\nratio = 1\norder = "descending"\n')
    assert full.matching.method == "full"
