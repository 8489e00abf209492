"""Copies of x in place of restoring it, and h = 1e-6."""


def numerical_diff(f, x):
    h = 1e-6
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f, x):
    h = 1e-6
    grad = np.zeros(np.shape(x))
    for index in np.ndindex(*np.shape(x)):
        ahead, behind = np.array(x, dtype=float), np.array(x, dtype=float)
        ahead[index] += h
        behind[index] -= h
        grad[index] = (f(ahead) - f(behind)) / (2 * h)
    return grad


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    x = init_x.copy()
    path = []
    for _ in range(step_num):
        path.append(x.copy())
        x -= lr * numerical_gradient(f, x)
    return x, np.array(path)
