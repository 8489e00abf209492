"""Output and label are swapped."""


def cross_entropy_error(y, t):
    if y.ndim == 1:
        y, t = y.reshape(1, -1), t.reshape(1, -1)
    if t.ndim == 1:
        t = np.eye(y.shape[1])[t]
    return -np.sum(y * np.log(t + 1e-7)) / len(y)
