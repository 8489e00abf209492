"""As the book writes it: np.random.choice, the loss after the step, accuracies at the start of an epoch."""


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    history = History()
    train_size = x_train.shape[0]
    iter_per_epoch = max(train_size / batch_size, 1)
    for i in range(iterations):
        batch_mask = np.random.choice(train_size, batch_size)
        x_batch = x_train[batch_mask]
        t_batch = t_train[batch_mask]
        grad = network.gradient(x_batch, t_batch)
        for key in network.params:
            network.params[key] -= learning_rate * grad[key]
        history.loss.append(network.loss(x_batch, t_batch))
        if i % iter_per_epoch == 0:
            history.train_accuracy.append(network.accuracy(x_train, t_train))
            history.test_accuracy.append(network.accuracy(x_test, t_test))
    return history
