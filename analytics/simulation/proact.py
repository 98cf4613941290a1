"""The PRO-ACT export as frames: every file of the chosen generation, keyed by file stem."""

from collections.abc import Callable

import pandas as pd

from analytics.simulation import (
    proact_alsfrs,
    proact_events,
    proact_history,
    proact_labs,
    proact_respiratory,
    proact_strength,
    proact_subject_files,
    proact_vitals,
)
from analytics.simulation.proact_cohort import ProactCohort
from analytics.simulation.proact_layout import conform, file_stem, header
from analytics.simulation.settings import SimulationSettings

TABLES: dict[str, Callable[[ProactCohort, SimulationSettings], pd.DataFrame]] = {
    "ADVERSEEVENTS": proact_events.adverse_events,
    "ALSFRS": proact_alsfrs.alsfrs,
    "ALSHISTORY": proact_history.als_history,
    "CONMEDS": proact_events.con_meds,
    "DEATHDATA": proact_subject_files.death_data,
    "DEMOGRAPHICS": proact_subject_files.demographics,
    "ELESCORIAL": proact_subject_files.el_escorial,
    "FAMILYHISTORY": proact_subject_files.family_history,
    "FVC": proact_respiratory.fvc,
    "HANDGRIPSTRENGTH": proact_strength.hand_grip,
    "LABS": proact_labs.labs,
    "MUSCLESTRENGTH": proact_strength.muscle_strength,
    "RILUZOLE": proact_subject_files.riluzole,
    "SVC": proact_respiratory.svc,
    "TREATMENT": proact_subject_files.treatment,
    "VITALSIGNS": proact_vitals.vital_signs,
    "NEUROFILAMENT": proact_labs.neurofilament,
}


def proact_frames(cohort: ProactCohort, settings: SimulationSettings) -> dict[str, pd.DataFrame]:
    """Each file's frame, columns in file order, keyed by the file's stem in the chosen generation."""
    frames = {}
    for table, make in TABLES.items():
        stem = file_stem(table, settings.generation)
        if stem is not None:
            frame = conform(make(cohort, settings), table).reset_index(drop=True)
            frame.columns = pd.Index(header(table, settings.generation))
            frames[stem] = frame
    return frames
