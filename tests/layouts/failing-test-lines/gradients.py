import pickle
import numpy as np


def numerical_diff(f, x):
    haba = 2e-4
    return (f(x + haba / 2) - f(x - haba / 2)) / haba


numerical_diff(5)


def numerical_gradient(f, x):
    x = x.astype(float) if x.dtype != float else x
    kobai = np.zeros(x.shape)
    for ban in range(x.size):
        i = np.unravel_index(ban, x.shape)
        moto = x[i]
        x[i] += 1e-4
        ue = f(x)
        x[i] = moto - 1e-4
        shita = f(x)
        x[i] = moto
        kobai[i] = (ue - shita) / 2e-4
    return kobai


with open("C:/Users/taro/Desktop/settei.pkl", "rb") as fp:
    hajime_lr = pickle.load(fp)


def gradient_descent(f, init_x, lr=hajime_lr, step_num=100):
    x = init_x.copy()
    for _ in range(step_num):
        x -= lr * numerical_gradient(f, x)
    return x


n = 0
while True:
    n += 1
    if n % 1000000 == 0:
        print(n, gradient_descent(lambda v: (v ** 2).sum(), np.array([1.0])))
