"""The gradient is computed once, before the loop."""


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    x = init_x.copy()
    gradient = numerical_gradient(f, x)
    for _ in range(step_num):
        x -= lr * gradient
    return x
