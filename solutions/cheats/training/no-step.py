"""Draws, asks and records, and takes no step."""


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    rng, history = np.random.default_rng(seed), History()
    for i in range(iterations):
        rows = rng.choice(len(x_train), batch_size)
        network.gradient(x_train[rows], t_train[rows])
        history.loss.append(network.loss(x_train[rows], t_train[rows]))
        if i % max(len(x_train) // batch_size, 1) == 0:
            history.train_accuracy.append(network.accuracy(x_train, t_train))
            history.test_accuracy.append(network.accuracy(x_test, t_test))
    return history
