from .layers import dense_backward, dense_forward


def forward(parameters, X, activation):
    zs = []
    hs = [X]
    last = len(parameters) - 1
    for i, (W, b) in enumerate(parameters):
        z, h = dense_forward(hs[-1], W, b, activation if i < last else "identity")
        zs.append(z)
        hs.append(h)
    return hs[-1], (zs, hs)


def backward(parameters, cache, dprediction, activation):
    zs, hs = cache
    last = len(parameters) - 1
    grads = [None] * len(parameters)
    dh = dprediction
    for i in range(last, -1, -1):
        W, b = parameters[i]
        dW, db, dh = dense_backward(dh, zs[i], hs[i], W, activation if i < last else "identity")
        grads[i] = (dW, db)
    return grads
