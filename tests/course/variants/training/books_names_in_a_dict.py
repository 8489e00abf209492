"""A dict with the names of the book's lists, and arrays in it; labels of any form are handed on as they are."""


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    found = {"train_loss_list": np.zeros(iterations), "train_acc_list": [], "test_acc_list": []}
    for step in range(iterations):
        if step % max(len(x_train) // batch_size, 1) == 0:
            found["train_acc_list"].append(network.accuracy(x_train, t_train))
            found["test_acc_list"].append(network.accuracy(x_test, t_test))
        rows = np.random.permutation(len(x_train))[:batch_size]
        part = x_train[rows], t_train[rows]
        slopes = network.gradient(*part)
        found["train_loss_list"][step] = network.loss(*part)
        for name in ("b2", "W2", "b1", "W1"):
            network.params[name] -= learning_rate * slopes[name]
    return found
