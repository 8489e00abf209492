"""A permutation an epoch; new arrays bound in params; the loss before the step; accuracies at the end of an epoch."""


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    rng = np.random.default_rng(seed)
    history = History()
    per_epoch = max(len(x_train) // batch_size, 1)
    for i in range(iterations):
        if i % per_epoch == 0:
            order = rng.permutation(len(x_train))
        rows = order[i % per_epoch * batch_size :][:batch_size]
        x, t = x_train[rows], t_train[rows]
        history.loss.append(network.loss(x, t))
        gradient = network.gradient(x, t)
        for key in ("W1", "b1", "W2", "b2"):
            network.params[key] = network.params[key] - learning_rate * gradient[key]
        if i % per_epoch == per_epoch - 1:
            history.train_accuracy.append(network.accuracy(x_train, t_train))
            history.test_accuracy.append(network.accuracy(x_test, t_test))
    return history
