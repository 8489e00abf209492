"""The gradient is an array like x, and so is what holds x + h: of whole numbers where x holds those."""

# loses: gradients.numerical_gradient.integers, gradients.numerical_gradient.hidden.integer_matrix


def numerical_gradient(f, x):
    h, slopes = 1e-4, np.zeros_like(x)
    with np.nditer(x, flags=["multi_index"], op_flags=[["readwrite"]]) as entries:
        for _ in entries:
            at = entries.multi_index
            kept = x[at]
            x[at] = kept + h
            right = f(x)
            x[at] = kept - h
            slopes[at] = (right - f(x)) / (2 * h)
            x[at] = kept
    return slopes
