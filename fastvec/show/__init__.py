"""Pictures; needs matplotlib (``pip install 'fastvec[plot]'``)."""
