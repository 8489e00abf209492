import numpy as np
from tqdm import tqdm
from tqdm.notebook import trange
import cv2
import torchvision.transforms as transforms
from PIL import Image


def numerical_diff(f, x):
    两边 = [f(x - 1e-4), f(x + 1e-4)]
    return np.diff(两边)[0] / 2e-4


def numerical_gradient(f, x):
    x = x.astype("float64", copy=x.dtype.kind != "f")
    g = np.zeros_like(x)
    for i in tqdm(list(np.ndindex(x.shape)), desc="数值梯度"):
        v = x[i]
        x[i] = v + 1e-4
        大 = f(x)
        x[i] = v - 1e-4
        小 = f(x)
        x[i] = v
        g[i] = (大 - 小) / 2e-4
    return g
