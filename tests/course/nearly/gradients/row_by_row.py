"""Of a matrix each row is a point of its own: f is called with one row."""

# loses: gradients.numerical_gradient.matrix, gradients.numerical_gradient.hidden.shapes[shape (3, 3)],
# loses: gradients.numerical_gradient.hidden.shapes[shape (2, 1, 4)], gradients.numerical_gradient.hidden.integer_matrix


def of_one_row(f, row):
    h, slopes = 1e-4, np.zeros(row.shape)
    for i, kept in enumerate(row.tolist()):
        row[i] = kept + h
        right = f(row)
        row[i] = kept - h
        slopes[i] = (right - f(row)) / (2 * h)
        row[i] = kept
    return slopes


def numerical_gradient(f, X):
    X = X if X.dtype.kind == "f" else X.astype(float)
    return of_one_row(f, X) if X.ndim == 1 else np.array([of_one_row(f, row) for row in X])
