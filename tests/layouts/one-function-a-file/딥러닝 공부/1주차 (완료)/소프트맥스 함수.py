import numpy as np

# 로그를 먼저 구해서 넘치지 않게 한다
def softmax(x):
    m = x.max(axis=-1, keepdims=True)
    로그합 = m + np.log(np.exp(x - m).sum(axis=-1, keepdims=True))
    return np.exp(x - 로그합)

if __name__ == '__main__':
    print(softmax(np.array([1.0, 2.0, 3.0])))
