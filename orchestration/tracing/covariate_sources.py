"""Where a covariate of `adsl` comes from: the parameter of `adqs`, or the delivered tables it was derived from.

The derivations themselves are described on the columns of `adsl`. Not here: reading files.
"""

PARAMETERS = ("ALSFRSR", "ALSFRS", "FVCPP", "SVCPP", "BMI", "HEIGHT", "WEIGHT")
"""Covariates that are the baseline value of the `adqs` parameter of the same name."""
DERIVED_FROM = {"DFRS": "ALSFRSR", "SLOPE": "ALSFRSR", "VCPP": "FVCPP"}
TABLES = {
    "BULBAR": ("mh", "fa", "alshistory"),
    "ONSETSIT": ("mh", "fa", "alshistory"),
    "SYMPDURD": ("mh", "fa", "alshistory"),
    "SYMPDURM": ("mh", "fa", "alshistory"),
    "DFRS": ("mh", "fa", "alshistory"),
    "DIAGDELD": ("mh", "fa", "alshistory"),
    "DIAGDELM": ("mh", "fa", "alshistory"),
    "DIAGDURM": ("mh", "fa", "alshistory"),
    "RILUZOLE": ("cm", "riluzole"),
    "EDARAVON": ("cm", "conmeds"),
    "ELESCOR": ("mh", "fa", "elescorial"),
    "FAMHX": ("mh", "fa", "familyhistory"),
    "TRT01PN": ("dm", "treatment"),
    # Age, symptom duration and delay, progression, vital capacity, bulbar onset and El Escorial.
    "ENCALS": ("mh", "fa", "qs", "re", "alshistory", "alsfrs", "fvc", "svc", "elescorial"),
}


def _at_baseline(covariate: str) -> str:
    """The covariate's name without the H of values at harvest."""
    return covariate[:-1] if covariate.endswith("H") and len(covariate) > 3 else covariate


def baseline_parameter(covariate: str) -> str | None:
    """The `adqs` parameter whose baseline record a covariate rests on."""
    name = _at_baseline(covariate)
    return DERIVED_FROM.get(name, name if name in PARAMETERS else None)


def delivered_tables(covariate: str) -> tuple[str, ...]:
    """Delivered tables of registry and PRO-ACT that a covariate is derived from beside that; DM and DEMOGRAPHICS are
    where the subject's own row of `adsl` points."""
    return TABLES.get(_at_baseline(covariate), ())
