"""Only one-hot labels are handed on in their shape."""

# loses: training.train.batches


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    history, count = History(), len(x_train)
    for i in range(iterations):
        rows = np.random.choice(count, batch_size)
        x, t = x_train[rows], t_train[rows, :]
        slopes = network.gradient(x, t)
        for key in ("W1", "b1", "W2", "b2"):
            network.params[key] -= learning_rate * slopes[key]
        history.loss.append(network.loss(x, t))
        if i % max(count / batch_size, 1) == 0:
            history.train_accuracy.append(network.accuracy(x_train, t_train))
            history.test_accuracy.append(network.accuracy(x_test, t_test))
    return history
