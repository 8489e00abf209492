"""What checks do with a learner's network inside the box, where a call costs next to nothing."""


def set_params(student, net, params):
    """Write parameters into the network's own arrays: layers may hold on to them.

    Where the learner's arrays are too coarse, float16 or whole numbers, others take their place.
    """
    for key, value in params.items():
        if net.params[key].dtype.kind != "f" or net.params[key].dtype.itemsize < 4:
            net.params[key] = value.copy()
        net.params[key][...] = value
