"""Masked series by nilearn's NiftiMasker, for `cortext bench roi`.

    python nilearn_masker.py RUN.nii.gz MASK.nii.gz SERIES.f32

Writes the series [volumes, voxels] with voxels in the order of Cortext (x fastest; nilearn has z fastest), and prints how
long the masker took, without importing it, and how much memory the process had taken by then.
"""
import json
import re
import resource
import sys
import time
from pathlib import Path

import nibabel as nib
import nilearn
import numpy as np
from nilearn.maskers import NiftiMasker

run, mask, result = sys.argv[1:]


def peak_memory():
    """Bytes. On Linux, what getrusage says starts with the memory of the process that started this one."""
    if sys.platform == "linux":
        return int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


start = time.perf_counter()
# Reports cost time and are not wanted.
series = NiftiMasker(mask_img=mask, standardize=None, reports=False).fit_transform(run)
seconds = time.perf_counter() - start
peak = peak_memory()

inside = np.asarray(nib.load(mask).dataobj) != 0
places = np.ravel_multi_index(np.nonzero(inside), inside.shape, order="F")
np.ascontiguousarray(series[:, np.argsort(places)], dtype="<f4").tofile(result)
print(json.dumps({"seconds": seconds, "peakBytes": peak, "version": nilearn.__version__}))
