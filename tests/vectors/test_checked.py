"""The check of arguments that must be word vectors."""

import numpy as np
import pytest

import fastvec as fv
from fastvec.vectors.checked import checked_vectors


@pytest.mark.parametrize("value", [None, "v.bin", np.eye(3), {"a": [1.0]}])
def test_other_things_are_refused(value):
    with pytest.raises(fv.SettingError, match=r"other: expected fastvec\.WordVectors, .*makes them") as caught:
        checked_vectors("other", value)
    assert caught.value.field == "other"


def test_vectors_pass():
    checked_vectors("vectors", fv.WordVectors(["a"], [[1.0]]))
