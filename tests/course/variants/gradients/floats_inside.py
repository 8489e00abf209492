"""x becomes an array of floats first, so the caller's is never touched; a list holds the point and the path."""


def numerical_gradient(f, x):
    here, step = np.asarray(x).astype(np.float64), 5e-5
    slopes = np.empty(here.shape)
    for place, value in np.ndenumerate(here.copy()):
        sides = []
        for sign in (1, -1):
            here[place] = value + sign * step
            sides.append(f(here))
        here[place] = value
        slopes[place] = (sides[0] - sides[1]) / (2 * step)
    return slopes


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    way = [np.array(init_x, dtype=float)]
    while len(way) <= step_num:
        way.append(way[-1] - lr * numerical_gradient(f, way[-1]))
    return [way[-1], np.array(way)]
