# needs: rlimits
"""Ask for more than there is while this file is imported."""

import numpy as np

TABLE = np.zeros(2**40)
