"""Rows drawn without replacement; all parameters bound at once; accuracies also after the last step."""


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    rng = np.random.default_rng(seed)
    losses, train_accuracy, test_accuracy = [], [], []
    per_epoch = max(x_train.shape[0] // batch_size, 1)
    for i in range(iterations + 1):
        if i % per_epoch == 0:
            train_accuracy += [network.accuracy(x_train, t_train)]
            test_accuracy += [network.accuracy(x_test, t_test)]
        if i == iterations:
            break
        rows = rng.choice(x_train.shape[0], batch_size, replace=False)
        gradient = network.gradient(x_train[rows], t_train[rows])
        losses += [float(network.loss(x_train[rows], t_train[rows]))]
        network.params = {key: param - learning_rate * gradient[key] for key, param in network.params.items()}
    return History(losses, train_accuracy, test_accuracy)
