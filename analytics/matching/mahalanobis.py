"""Mahalanobis coordinates: points whose Euclidean distance is the Mahalanobis distance.

Belongs here: coding and scaling of the covariates matched on. The search for neighbours is in
`mahalanobis_kernel`.
"""

import numpy as np
import pandas as pd
from scipy.linalg.lapack import dpstrf

from analytics.propensity.score_terms import is_categorical


def mahalanobis_coordinates(covariates: pd.DataFrame, treated: np.ndarray) -> np.ndarray:
    """Covariates rotated and scaled by the inverse of their pooled within-arm covariance (Rubin 1980), as MatchIt.

    Args:
        covariates: (n, p) complete columns; a category takes one indicator per level, divided by √2, so that two
            different levels are as far apart as two values of a binary covariate.
        treated: (n,) 1 treated, 0 control.

    Returns:
        (n, d) points; constant columns take no part.

    Raises:
        ValueError: missing values.
    """
    points = _coded(covariates)
    points = points[:, np.ptp(points, axis=0) >= np.sqrt(np.finfo(float).eps)]
    if points.shape[1] == 0:
        return np.zeros((len(covariates), 1))
    points = (points - points.mean(axis=0)) / points.std(axis=0, ddof=1)
    return points @ _root_of_inverse(_pooled_covariance(points, np.asarray(treated) == 1)).T


def _coded(covariates: pd.DataFrame) -> np.ndarray:
    columns: list[np.ndarray] = []
    for name in covariates.columns:
        column = covariates[name]
        if column.isna().any():
            raise ValueError(f"matching: covariate {name} has missing values")
        if is_categorical(column):
            text = column.astype(str).to_numpy(dtype=object)
            columns += [(text == level).astype(float) / np.sqrt(2.0) for level in sorted(set(text))]
        else:
            columns.append(column.to_numpy(dtype=float))
    return np.column_stack(columns)


def _pooled_covariance(points: np.ndarray, arm: np.ndarray) -> np.ndarray:
    centred = points.copy()
    for group in (arm, ~arm):
        centred[group] -= centred[group].mean(axis=0)
    covariance = np.cov(centred, rowvar=False, ddof=1).reshape(points.shape[1], points.shape[1])
    return covariance * (len(points) - 1) / (len(points) - 2)


def _root_of_inverse(covariance: np.ndarray) -> np.ndarray:
    """R with R'R the inverse covariance: pivoted Cholesky, rank-deficient covariances through the pseudo-inverse."""
    if np.linalg.det(covariance) > 1e-8:
        inverse = np.linalg.inv(covariance)
    else:
        inverse = np.linalg.pinv(covariance, rcond=1e-8, hermitian=True)
    return _pivoted_cholesky((inverse + inverse.T) / 2.0)


def _pivoted_cholesky(matrix: np.ndarray) -> np.ndarray:
    factor, pivot, rank, _ = dpstrf(matrix, lower=0)
    upper = np.triu(factor)
    upper[rank:] = 0.0
    root = np.empty_like(upper)
    root[:, pivot - 1] = upper
    return root
