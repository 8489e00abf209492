# coding: utf-8
# 平面の点の集まり用。行ごとに勾配を出す
import numpy as np
import matplotlib.pylab as plt


def slope_of_point(f, p):
    g = np.zeros(len(p))
    for k in range(len(p)):
        step = np.zeros(len(p))
        step[k] = 1e-4
        g[k] = (f(p + step) - f(p - step)) / 2e-4
    return g


def numerical_gradient(f, points):
    if points.ndim == 1:
        return slope_of_point(f, points)
    return np.array([slope_of_point(f, row) for row in points])


def bowl(p):
    return p[0] ** 2 + p[1] ** 2


grid = np.array([[a, b] for a in np.linspace(-2, 2, 9) for b in np.linspace(-2, 2, 9)])
arrows = numerical_gradient(bowl, grid)
plt.quiver(grid[:, 0], grid[:, 1], -arrows[:, 0], -arrows[:, 1])
plt.show()
