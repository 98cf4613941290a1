"""One protocol on one set of marts → every result table.

`STAGES` is the single list of what is computed, from what, in which order. `run` folds over it, and so does the nightly
refresh, a stage an asset; the two cannot drift. A stage is a pure function of the protocol and the tables it needs.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison.specification import SPECIFICATIONS, leading
from analytics.gaps import NOT_MADE, STAGE_REFUSED, defect, whole_stage
from analytics.gaps import TOLERANT as GAPS_IN
from analytics.mart_slices import ROWS_OF
from analytics.matching.edges import MatchingError
from analytics.one_thread import one_blas_thread
from analytics.propensity.score_terms import PropensityError
from analytics.protocol import AskingProtocol, Protocol
from analytics.stages import (
    balance,
    dose,
    effects,
    eligibility,
    follow_up,
    imputation,
    matching,
    monitoring,
    operating_characteristics,
    overlap,
    parametric_curve,
    propensity,
    safety,
    second_opinion,
    sensitivity,
    specification_curve,
    subgroups,
    survival,
    weighting,
)
from analytics.stages.part import Part

Tables = Mapping[str, pd.DataFrame]
DESIGN, TOLERANT = "design", "robustness"
OUTCOMES = "adtte"
NO_FOLLOW_UP = "no follow-up was given (adtte)"
SAY_WHY = ("effect_estimate", "dose_response", *GAPS_IN)
"""Tables that have a row where they could not be made; the others are left without rows."""
REFUSALS = (PropensityError, MatchingError)
MARTS = ("adsl", "adex", "adqs", "adae", "adtte")
TAKEN = {operating_characteristics.LAST_RUN: "operating_characteristics"}
"""What is made outside the study and taken into it, where there is any, by the table it becomes."""


def mart_read(need: str) -> str | None:
    """The mart that is read for what a stage needs, itself or its rows per subject; None for a result."""
    mart = ROWS_OF.get(need, need)
    return mart if mart in MARTS else None


@dataclass(frozen=True)
class Stage:
    """A step of the study.

    Attributes:
        name: as Dagster and the log show it.
        group: design (blind to outcome), outcomes, robustness or safety.
        needs: marts and results it reads; `parent:NAME` is a result of the release before, absent in the first; what is made
            outside the study (`TAKEN`) may be absent too.
        makes: results it writes.
        function: (protocol, tables) → the tables it makes; of a stage in parts (protocol, tables, parts by name).
        parts: what of it can be computed by itself.
    """

    name: str
    group: str
    needs: tuple[str, ...]
    makes: tuple[str, ...]
    function: Callable[..., dict[str, pd.DataFrame]]
    parts: tuple[Part, ...] = ()


def _stage(group: str, module: object) -> Stage:
    name = module.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
    parts = getattr(module, "PARTS", ())
    return Stage(name, group, module.NEEDS, module.MAKES, module.run, parts)  # type: ignore[attr-defined]


STAGES: tuple[Stage, ...] = (
    _stage(DESIGN, eligibility),
    _stage("outcomes", follow_up),
    _stage(DESIGN, imputation),
    _stage(DESIGN, propensity),
    _stage(DESIGN, matching),
    _stage(DESIGN, weighting),
    _stage("robustness", second_opinion),
    _stage(DESIGN, overlap),
    _stage(DESIGN, balance),
    _stage("outcomes", survival),
    _stage("outcomes", effects),
    _stage("outcomes", parametric_curve),
    _stage("outcomes", dose),
    _stage("outcomes", subgroups),
    _stage("robustness", sensitivity),
    _stage("robustness", specification_curve),
    _stage("robustness", monitoring),
    _stage("robustness", operating_characteristics),
    _stage("safety", safety),
)


def run(
    protocol: Protocol,
    marts: Tables,
    parent: Tables | None = None,
    on_stage: Callable[[str], None] = lambda name: None,
) -> dict[str, pd.DataFrame]:
    """Compute every result of a study.

    Args:
        protocol: what to do.
        marts: frames by name (adsl; adtte, adex, adqs, adae where there are any). Without adtte the design and safety are
            made; what needs follow-up is a row without a value that says so, or a table without rows.
        parent: results of the release before, for what must remember.
        on_stage: called with each stage's name before it runs.

    Returns:
        Result tables by name.
    """
    known: dict[str, pd.DataFrame] = {
        **marts,
        **{f"parent:{name}": frame for name, frame in (parent or {}).items()},
    }
    results: dict[str, pd.DataFrame] = {}
    for stage in STAGES:
        on_stage(stage.name)
        if OUTCOMES not in marts and _reads_follow_up(stage):
            made = not_made(stage, protocol, known, NO_FOLLOW_UP)
        else:
            made = run_stage(stage, protocol, known)
        known |= made
        results |= made
    return results


def _reads_follow_up(stage: Stage) -> bool:
    """Whether a stage makes or reads times and events; the design and the second opinion of it and of safety do without."""
    return (
        stage.group != DESIGN
        and stage.name != "second_opinion"
        and bool({OUTCOMES, "follow_up"} & set(stage.needs))
    )


@dataclass(frozen=True)
class PartRun:
    """What a part of a stage gave, and what it asked of the protocol."""

    value: Any
    asked: tuple[str, ...]


def nothing_ahead(part: Part) -> PartRun | None:
    """No part was computed before its stage."""
    return None


def run_stage(
    stage: Stage,
    protocol: Protocol,
    tables: Tables,
    *,
    strict: bool = False,
    ahead: Callable[[Part], PartRun | None] = nothing_ahead,
) -> dict[str, pd.DataFrame]:
    """Run one stage on the tables it needs; what it makes has the columns and types of the catalogue.

    Linear algebra has one thread: no last digit hangs on the number of threads, and small matrices are not waited for.
    What shows how robust a result is stops no result: there an unexpected error gives rows without a value that name it.
    Elsewhere, and if strict, it is raised.

    Args:
        stage: of `STAGES`.
        protocol: what to do.
        tables: marts and results by name, at least those it needs.
        strict: whether to raise also where an error is tolerated.
        ahead: what was made of a part of it already; asked for one part after the other, when it is needed.

    Raises:
        AssertionError: the stage made other tables than it declares.
        DeclarationError: a table has another column than the catalogue declares, or lacks one.
    """
    tolerated = stage.group == TOLERANT and not strict
    needed = _needed(stage.needs, tables)
    try:
        with one_blas_thread():
            if stage.parts:
                parts = {part.name: _of_part(part, protocol, needed, ahead) for part in stage.parts}
                made = stage.function(protocol, needed, parts)
            else:
                made = stage.function(protocol, needed)
    except REFUSALS as error:
        if not tolerated:
            raise
        made = not_made(stage, protocol, needed, f"{STAGE_REFUSED}{error}")
    except Exception as error:
        if not tolerated:
            raise
        made = not_made(stage, protocol, needed, f"{NOT_MADE}{defect(error)}")
    assert set(made) == set(stage.makes), (
        f"stage {stage.name} made {sorted(made)}, declares {sorted(stage.makes)}"
    )
    return {name: TABLES[name].cast(frame) for name, frame in made.items()}


def _of_part(part: Part, protocol: Protocol, tables: Tables, ahead: Callable[[Part], PartRun | None]) -> Any:
    made = ahead(part)
    return part.function(protocol, tables) if made is None else made.value


def run_part(part: Part, protocol: Protocol, tables: Tables) -> PartRun:
    """Compute a part of a stage by itself, as `run_stage` would; an error is raised."""
    asking = AskingProtocol.of(protocol)
    needed = _needed(part.needs, tables)
    with one_blas_thread():
        return PartRun(part.function(asking, needed), asking.asked)


@dataclass(frozen=True)
class StageRun:
    """What a stage made, and what it asked of the protocol."""

    tables: dict[str, pd.DataFrame]
    asked: tuple[str, ...]


def run_asking(
    stage: Stage,
    protocol: Protocol,
    tables: Tables,
    *,
    strict: bool = False,
    ahead: Callable[[Part], PartRun | None] = nothing_ahead,
) -> StageRun:
    """As `run_stage`, noting what the stage asks of the protocol, also where a part of it was made ahead."""
    asking, asked = AskingProtocol.of(protocol), set[str]()

    def noted(part: Part) -> PartRun | None:
        made = ahead(part)
        asked.update(made.asked if made else ())
        return made

    made = run_stage(stage, asking, tables, strict=strict, ahead=noted)
    return StageRun(made, tuple(sorted(asked | set(asking.asked))))


def _needed(needs: Iterable[str], tables: Tables) -> dict[str, pd.DataFrame]:
    return {name: _as_declared(name, tables[name]) for name in needs if name in tables}


def _as_declared(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A table that a stage reads; the parent release's may have been made by an earlier version."""
    made = name.removeprefix("parent:")
    return TABLES[made].of_then(frame) if made != name else frame


def not_made(stage: Stage, protocol: Protocol, tables: Tables, reason: str) -> dict[str, pd.DataFrame]:
    """What a stage leaves that could not be made: a row without a value that says why, after what it carries on.

    Only some tables say why; the others are left without rows.
    """
    keys = {
        "specification": leading(protocol),
        "estimand": SPECIFICATIONS[leading(protocol)].estimand.label,
        "endpoint": protocol.primary.name,
        "analysis": "not_made",
        "scenario": "every one",
        "measure": "hazard_ratio",
        "method": "none",
        "headline": "Y",
        "decision": "refused",
        "is_protocol": "N",
        "note": reason,
    }
    made = {}
    for name in stage.makes:
        declared = TABLES[name]
        if name not in SAY_WHY:
            made[name] = declared.frame()
            continue
        row = declared.row(**{key: value for key, value in keys.items() if key in declared.columns})
        earlier = tables.get(f"parent:{name}", declared.frame())
        made[name] = declared.stacked([earlier[~whole_stage(earlier["note"])], declared.frame([row])])
    return made
