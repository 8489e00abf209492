import numpy as np

def numerical_diff(f, x):
    h = 1e-4
    return (f(x + h) - f(x - h)) / h / 2

def numerical_gradient(f, x):
    x = np.array(x, dtype=float)
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        bump = np.zeros(x.shape)
        bump[i] = 1e-4
        g[i] = (f(x + bump) - f(x - bump)) / 2e-4
    return g

def gradient_descent(f, init_x, lr=0.01, step_num=100):
    p = init_x + 0.0
    for k in range(step_num):
        p -= lr * numerical_gradient(f, p)
    return p
