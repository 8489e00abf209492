from .gradient import numerical_gradient


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    trail = [init_x.copy()]
    for _ in range(step_num):
        trail.append(trail[-1] - lr * numerical_gradient(f, trail[-1]))
    return trail[-1]
