"""The keys are the gradient's, new arrays are bound, an epoch is no whole number, and a dict holds the records."""


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    record = {"loss": [], "train_accuracy": [], "test_accuracy": []}
    epoch = max(len(x_train) / batch_size, 1)
    for step in range(iterations):
        mask = np.random.choice(len(x_train), batch_size)
        record["loss"] += [network.loss(x_train[mask], t_train[mask])]
        slopes = network.gradient(x_train[mask], t_train[mask])
        for name in slopes.keys():
            network.params[name] = network.params[name] - learning_rate * slopes[name]
        if step % epoch == 0:
            record["train_accuracy"] += [network.accuracy(x_train, t_train)]
            record["test_accuracy"] += [network.accuracy(x_test, t_test)]
    return record
