"""The learning rate given is not used."""


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    x = init_x.copy()
    for _ in range(step_num):
        x -= 0.1 * numerical_gradient(f, x)
    return x
