import numpy as np

def mean_squared_error(y, t):
    차 = np.asarray(y) - np.asarray(t)
    return (차 ** 2 / 2).sum()

print(mean_squared_error(np.array([0.7, 0.3]), np.array([1, 0])))
