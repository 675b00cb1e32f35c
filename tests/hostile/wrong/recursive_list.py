# earns: something
"""Return a list that contains itself, and a tuple a hundred thousand deep."""


def mean_squared_error(prediction, target):
    answer = []
    answer.append(answer)
    return answer


def mean_squared_error_gradient(prediction, target):
    answer = ()
    for _ in range(100_000):
        answer = (answer,)
    return answer
