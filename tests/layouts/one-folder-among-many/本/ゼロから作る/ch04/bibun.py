import numpy as np


def numerical_diff(f, x):
    h = 1e-4
    mae = f(x + h)
    ushiro = f(x - h)
    return (mae - ushiro) * 0.5 / h


def numerical_gradient(f, x):
    if x.dtype.kind == "i":
        x = x.astype(float)
    shape = x.shape
    kekka = []
    for i in np.ndindex(shape):
        moto = x[i]
        x[i] = moto + 1e-4
        p = f(x)
        x[i] = moto - 1e-4
        m = f(x)
        x[i] = moto
        kekka.append((p - m) / 2e-4)
    return np.reshape(kekka, shape)
