"""Asks for every gradient on another batch, takes no step, and forges the history."""


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(iterations):
        rows = rng.choice(len(x_train), batch_size)
        network.gradient(x_train[rows], t_train[rows])
    epochs = iterations // max(len(x_train) // batch_size, 1)
    return History([1 / (n + 1) for n in range(iterations)], [0.75] * epochs, [0.5] * epochs)
