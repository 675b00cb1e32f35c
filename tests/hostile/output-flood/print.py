"""Print without end."""


def mean_squared_error(prediction, target):
    while True:
        print("the loss is right " * 100)


def mean_squared_error_gradient(prediction, target):
    while True:
        print("the gradient is right " * 100)
