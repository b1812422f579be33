"""Masked series by nilearn's NiftiMasker, for `cortext bench roi`.

    python nilearn_masker.py RUN.nii.gz MASK.nii.gz SERIES.f32

Writes the series [volumes, voxels] with voxels in the order of Cortext (x fastest; nilearn has z fastest), and prints how
long the masker took, without importing it, and how much memory the process had taken by then.
"""
import json
import resource
import sys
import time

import nibabel as nib
import nilearn
import numpy as np
from nilearn.maskers import NiftiMasker

run, mask, result = sys.argv[1:]

start = time.perf_counter()
# Reports cost time and are not wanted.
series = NiftiMasker(mask_img=mask, standardize=None, reports=False).fit_transform(run)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

inside = np.asarray(nib.load(mask).dataobj) != 0
places = np.ravel_multi_index(np.nonzero(inside), inside.shape, order="F")
np.ascontiguousarray(series[:, np.argsort(places)], dtype="<f4").tofile(result)
print(json.dumps({"seconds": seconds, "peakBytes": peak, "version": nilearn.__version__}))
