import numpy as np

def numerical_gradient(f, x):
    x = x * 1.0                  # 복사하고 실수로
    결과 = np.zeros_like(x)
    it = iter(np.ndindex(x.shape))
    for i in it:
        값 = x[i]
        x[i] = 값 + 1e-4; 오른쪽 = f(x)
        x[i] = 값 - 1e-4; 왼쪽 = f(x)
        x[i] = 값
        결과[i] = (오른쪽 - 왼쪽) / 0.0002
    return 결과
