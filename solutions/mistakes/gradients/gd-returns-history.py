"""The path is returned in place of the last point."""


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    x, path = init_x.copy(), []
    for _ in range(step_num):
        x -= lr * numerical_gradient(f, x)
        path.append(x.copy())
    return np.array(path)
