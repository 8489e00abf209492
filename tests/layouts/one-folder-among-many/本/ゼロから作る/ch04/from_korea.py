# -*- coding: cp949 -*-
# 친구에게서 배운 방법
import numpy as np


def mean_squared_error(y, t):
    return 0.5 * ((y - t) ** 2).sum()
