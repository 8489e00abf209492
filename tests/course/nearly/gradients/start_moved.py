"""The path comes back beside x, which is no copy of init_x."""

# loses: gradients.gradient_descent.start_stays


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    x, way = init_x, []
    for _ in range(step_num):
        way.append(x.copy())
        x -= lr * numerical_gradient(f, x)
    return x, np.array(way)
