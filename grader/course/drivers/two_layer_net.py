"""What checks do with a learner's network inside the box, where a call costs next to nothing."""


def set_params(student, net, params):
    """Write parameters into the network's own arrays: layers may hold on to them."""
    for key, value in params.items():
        net.params[key][...] = value
