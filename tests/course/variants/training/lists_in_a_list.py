"""Three lists in a list; the loss is recorded after the step, accuracies at the end of an epoch."""


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    records = [[], [], []]
    per_epoch = int(max(len(x_train) / batch_size, 1))
    for step in range(1, iterations + 1):
        mask = np.random.randint(0, len(x_train), batch_size)
        slopes = network.gradient(x_train[mask], t_train[mask])
        for name, value in network.params.items():
            value -= learning_rate * slopes[name]
        records[0].append(network.loss(x_train[mask], t_train[mask]))
        if step % per_epoch == 0:
            records[1].append(network.accuracy(x_train, t_train))
            records[2].append(network.accuracy(x_test, t_test))
    return records
