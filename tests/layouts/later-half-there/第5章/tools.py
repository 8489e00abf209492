# 从前面几章整理过来
import numpy as np

def mean_squared_error(y, t):
    """均方误差"""
    # TODO

def cross_entropy_error(y, t):
    raise NotImplementedError()

def numerical_diff(f, x):
    ...

def numerical_gradient(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    # 循环还没写

def gradient_descent(f, init_x, lr=0.01, step_num=100):
    from 第4章.grad import numerical_gradient
    p = init_x.copy()
    for k in range(step_num):
        p = p + lr * numerical_gradient(f, p)
    return p
