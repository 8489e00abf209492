import numpy as np


def softmax(x):
    # 値は変えず、最大値を引いたものを使う
    mx = np.max(x, -1, keepdims=True)
    bunshi = np.exp(x - mx)
    return bunshi * (1 / np.sum(bunshi, -1, keepdims=True))
