from slopes import numerical_gradient


def gradient_descent(f, init_x, lr=0.01, step_num=100):
x = init_x.copy()
for step in range(step_num):
    x -= lr * numerical_gradient(f, x)
return x
