"""np.clip with a much smaller limit, and labels made one-hot by np.eye."""


def mean_squared_error(y, t):
    difference = y - t
    return np.dot(difference.ravel(), difference.ravel()) / 2


def cross_entropy_error(y, t):
    if y.ndim == 1:
        return -np.sum(t * np.log(np.clip(y, 1e-12, 1.0)))
    if t.ndim == 1:
        t = np.eye(y.shape[1])[t]
    return np.mean(-np.sum(t * np.log(np.clip(y, 1e-12, 1.0)), axis=1))
