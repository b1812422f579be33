"""Writes time-series-reference.json: a made-up run cleaned and modelled by nilearn, NumPy and SciPy.

    python3 -m venv venv && venv/bin/pip install nilearn==0.14.1
    venv/bin/python make-time-series-reference.py
"""
import json, pathlib
import numpy as np
import pandas as pd
from nilearn.glm.first_level import make_first_level_design_matrix
from nilearn.signal import clean

random = np.random.default_rng(5)
VOLUMES, VOXELS, TR, START = 80, 3, 1.6, 0.8
events = pd.DataFrame({
    "onset": [-3.01, 4.11, 16.01, 27.31, 40.01, 52.71, 66.01, 80.51, 96.01, 120.01],
    "duration": [2.0, 3.0, 0.0, 3.0, 2.5, 3.0, 4.0, 3.0, 2.0, 3.0],
    "trial_type": ["cat", "dog", "cat", "dog", "owl", "cat", "dog", "owl", "cat", "owl"],
})
times = START + TR * np.arange(VOLUMES)
series = (1000 + 3 * times[:, None] * random.normal(size=VOXELS) + np.cumsum(random.normal(size=(VOLUMES, VOXELS)), 0)
          + random.normal(size=(VOLUMES, VOXELS)) * 5).astype(np.float32)
exact = series.astype(np.float64)
motion = np.cumsum(random.normal(size=(VOLUMES, 2)), 0)

# nilearn's grid is uneven where the first volume is not at 0: the clock is moved to it.
def design(hrf, table=events, **more):
    return make_first_level_design_matrix(times - START, table.assign(onset=table["onset"] - START), hrf_model=hrf, **{"drift_model": None, "oversampling": 50, **more})

def betas(matrix):
    return np.linalg.lstsq(matrix.to_numpy(), exact, rcond=None)[0]

# Least squares separate with the other trials by their type.
separate = []
for trial in range(len(events)):
    table = events.copy()
    table["trial_type"] = [f"other_{name}" for name in events["trial_type"]]
    table.loc[trial, "trial_type"] = "trial"
    matrix = design("glover", table, drift_model="cosine", high_pass=0.02)
    separate.append(betas(matrix)[list(matrix.columns).index("trial")].tolist())

single = events.copy()
single["trial_type"] = [f"t{trial}" for trial in range(len(events))]
together = design("spm", single, add_regs=motion, add_reg_names=["a", "b"])

# Ridge: amplitudes are a common one and penalised deviations from it; normal equations of all columns at once.
nuisance = together.to_numpy()[:, len(events):]
responses = together.to_numpy()[:, :len(events)]
rest = responses - nuisance @ np.linalg.lstsq(nuisance, responses, rcond=None)[0]
columns = np.column_stack([responses, responses.sum(1), nuisance])
penalties = np.zeros(columns.shape[1])
penalties[:len(events)] = 0.2 * (rest ** 2).sum(0).mean()
solution = np.linalg.solve(columns.T @ columns + np.diag(penalties), columns.T @ exact)
ridge = solution[:len(events)] + solution[len(events)]

with_derivatives = design("spm + derivative + dispersion")
glover_derivatives = design("glover + derivative + dispersion")

def psc(values):
    return 100 * (values - values.mean(0)) / np.abs(values.mean(0))

pathlib.Path(__file__).with_name("time-series-reference.json").write_text(json.dumps({
    "repetitionTime": TR, "startTime": START, "volumes": VOLUMES, "voxels": VOXELS,
    "series": series.ravel().tolist(), "motion": motion.T.tolist(),
    "events": events.rename(columns={"trial_type": "trialType"}).to_dict("records"),
    "spm": {name: with_derivatives[name].tolist() for name in with_derivatives if name.startswith("owl")},
    "glover": {name: glover_derivatives[name].tolist() for name in glover_derivatives if name.startswith("owl")},
    "betasWithDerivatives": dict(zip(with_derivatives.columns, betas(with_derivatives).tolist())),
    "allTogether": betas(together)[:len(events)].tolist(),
    "ridge": ridge.tolist(),
    "separateByType": separate,
    "highPass": clean(exact, detrend=False, standardize=None, filter="cosine", high_pass=0.01, t_r=TR).ravel().tolist(),
    "cubic": (exact - np.polynomial.polynomial.polyval(
        np.arange(VOLUMES), np.polynomial.polynomial.polyfit(np.arange(VOLUMES), exact, 3)).T + exact.mean(0)).ravel().tolist(),
    "motionAndHighPass": clean(exact, detrend=True, standardize="zscore_sample", filter="cosine", high_pass=0.01, t_r=TR,
                               confounds=motion).ravel().tolist(),
}))
