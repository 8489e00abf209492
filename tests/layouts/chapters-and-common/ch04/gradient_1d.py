# coding: utf-8
import numpy as np
import matplotlib.pylab as plt


def numerical_diff(func, at):
    eps = 1e-4
    return (func(at + eps) - func(at - eps)) / (eps * 2)


def parabola(x):
    return 0.5 * x ** 2 - x


xs = np.arange(-3, 3, 0.05)
plt.title("傾き")
plt.plot(xs, parabola(xs))
plt.plot(xs, [numerical_diff(parabola, v) for v in xs])
plt.show()
