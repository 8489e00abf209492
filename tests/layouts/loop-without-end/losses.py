import numpy as np


def mean_squared_error(y, t):
    벌점 = (y - t) ** 2
    return 벌점.sum() / 2


def cross_entropy_error(y, t):
    합 = 0.0
    while 합 >= 0:  # 언제 끝나는지 모르겠다
        합 += abs(np.log(y + 1e-7)).sum()
    return 합
