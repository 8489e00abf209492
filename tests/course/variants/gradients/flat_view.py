"""A flat view of x, and x += h, -= 2h, += h."""


def numerical_gradient(f, x):
    h = 1e-4
    if x.dtype.kind in "iu":
        x = x.astype(float)
    flat = x.reshape(-1)
    grad = np.zeros(flat.size)
    for i in range(flat.size):
        flat[i] += h
        above = f(x)
        flat[i] -= 2 * h
        below = f(x)
        flat[i] += h
        grad[i] = (above - below) / (2 * h)
    return grad.reshape(x.shape)


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    x = init_x
    for _ in range(step_num):
        x = x - lr * numerical_gradient(f, x)
    return x
