# coding: utf-8
import numpy as np
import matplotlib.pylab as plt
from gradient_2d import numerical_gradient


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    now = np.array(init_x, dtype=float)
    path = []
    for _ in range(step_num):
        path.append(now.copy())
        now = now - lr * numerical_gradient(f, now)
    return now, np.array(path)


if __name__ == "__main__":
    end, path = gradient_descent(lambda p: (p ** 2).sum(), np.array([-3.0, 4.0]), lr=0.1, step_num=20)
    plt.plot(path[:, 0], path[:, 1], "o")
    plt.show()
