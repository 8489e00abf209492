"""The loss and the accuracies are those of one image."""


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    rng, history = np.random.default_rng(seed), History()
    for i in range(iterations):
        rows = rng.choice(len(x_train), batch_size)
        gradient = network.gradient(x_train[rows], t_train[rows])
        for key in gradient:
            network.params[key] = network.params[key] - learning_rate * gradient[key]
        history.loss.append(network.loss(x_test[:1], t_test[:1]))
        if i % max(len(x_train) // batch_size, 1) == 0:
            history.train_accuracy.append(network.accuracy(x_train[:1], t_train[:1]))
            history.test_accuracy.append(network.accuracy(x_test[:1], t_test[:1]))
    return history
