"""The threads of numpy's linear algebra, which are to be told before it is imported."""

import os


def keep_to_one_thread() -> None:
    """Has BLAS use one: it would take every core for matrices of a few rows, and be slower. Call it before numpy, or
    what brings it, is imported."""
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
