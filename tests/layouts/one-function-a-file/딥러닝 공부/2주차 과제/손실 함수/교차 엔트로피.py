import numpy as np

def cross_entroy_error(y, t):
    if y.ndim == 1:
        return cross_entroy_error(y[None, :], np.reshape(t, (1, -1)))
    개수, 종류 = y.shape
    if t.ndim == 1:
        t = np.eye(종류)[t]
    return -(t * np.log(np.maximum(y, 1e-7))).sum() / 개수
