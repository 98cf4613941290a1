"""Pseudo-treated patients: of the control source alone, like the treated, and as they lived."""

import numpy as np
import pandas as pd
from known_cut import cut_of

from analytics.operating_characteristics.empirical_null import TOO_FEW, empirical_null
from analytics.operating_characteristics.patients import Patients, patients_of
from analytics.operating_characteristics.replicates import SCENARIOS, Chunk, Replicates
from analytics.protocol import Protocol


def test_they_are_controls_who_resemble_the_treated_and_lived_as_they_did(
    patients: Patients, cut: dict[str, pd.DataFrame]
) -> None:
    made = empirical_null(patients)
    assert made is not None
    known = patients.completed.set_index("usubjid")
    treated, controls = (known.loc[known["treated"] == arm, "DECLINE"].mean() for arm in (1, 0))
    means = []
    for seed in range(30):
        study = made.study(np.random.default_rng(seed))
        chosen = study["analysis_set"].query("treated == 1")["usubjid"]
        assert len(chosen) == patients.n_treated
        assert (known.loc[study["analysis_set"]["usubjid"], "treated"] == 0).all()
        means.append(known.loc[chosen, "DECLINE"].mean())
    assert abs(np.mean(means) - treated) < 0.4 * abs(controls - treated)
    lived = study["follow_up"].merge(cut["follow_up"], on="usubjid", suffixes=("", "_then"))
    assert (lived["stop_days"] == lived["stop_days_then"]).all()


def test_too_few_controls_are_said(protocol: Protocol) -> None:
    patients = patients_of(protocol, cut_of(protocol, 80, 150))
    assert empirical_null(patients) is None
    (found, *_) = Replicates(patients).of(Chunk(SCENARIOS[-1], 1, 2))
    assert found.note == TOO_FEW
