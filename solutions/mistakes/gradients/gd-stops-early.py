"""It stops when x hardly changes."""


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    x = init_x.copy()
    for _ in range(step_num):
        step = lr * numerical_gradient(f, x)
        x -= step
        if np.abs(step).max() < 1e-6:
            break
    return x
