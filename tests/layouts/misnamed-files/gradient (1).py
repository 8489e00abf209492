from gradient import numerical_gradient


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    x = 1.0 * init_x
    for _ in range(step_num):
        x = x - lr * numerical_gradient(f, x.copy())
    return x
