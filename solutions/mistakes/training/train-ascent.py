"""The gradient is added."""


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    rng = np.random.default_rng(seed)
    history = History()
    train_size = x_train.shape[0]
    iterations_per_epoch = max(train_size // batch_size, 1)
    for i in range(iterations):
        rows = rng.choice(train_size, batch_size)
        x_batch, t_batch = x_train[rows], t_train[rows]
        gradient = network.gradient(x_batch, t_batch)
        for key in network.params:
            network.params[key] += learning_rate * gradient[key]
        history.loss.append(network.loss(x_batch, t_batch))
        if i % iterations_per_epoch == 0:
            history.train_accuracy.append(network.accuracy(x_train, t_train))
            history.test_accuracy.append(network.accuracy(x_test, t_test))
    return history
