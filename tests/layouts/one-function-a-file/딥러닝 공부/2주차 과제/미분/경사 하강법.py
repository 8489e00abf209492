from 기울기 import numerical_gradient

def gradient_decent(f, init_x, lr=0.01, step_num=100):
    x = init_x.copy()
    while step_num > 0:
        x = x - lr * numerical_gradient(f, x)
        step_num -= 1
    return x
