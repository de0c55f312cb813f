"""Arrays that grow in place. (Spools are tested by the texts that they hold.)"""

import numpy as np

from fastvec.io.growing import grow, trim


def test_rows_stay_where_they_are():
    array = np.array([[0.0, 1], [2, 3], [4, 5]])
    grow(array, 8)
    assert array.shape == (10, 2)
    array[9] = 5
    trim(array, 3)
    assert array.tolist() == [[0, 1], [2, 3], [4, 5]]
    trim(array, 0)
    grow(array, 1)
    assert array.shape == (1, 2)
