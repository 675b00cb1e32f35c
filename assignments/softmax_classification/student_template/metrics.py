"""The quality of a classifier, also where some classes are rare."""

import numpy as np


def predicted_classes(z: np.ndarray) -> np.ndarray:
    """Return the class with the largest score of each row; the first one of several.

    z: (m, n), scores or probabilities. Returns (m,), integers.
    """
    raise NotImplementedError


def accuracy(z: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of the rows whose predicted class is their label.

    z: (m, n). labels: (m,), integers. Returns a number from 0 to 1.
    """
    raise NotImplementedError


def class_weights(labels: np.ndarray, n: int) -> np.ndarray:
    """Return weights with which every class that occurs counts alike.

        w[j] = m / (c · m_j),  where m_j rows have the label j, and c classes occur

    A class that does not occur has the weight 0. Added up over the rows, the weights give m.
    labels: (m,). n: the number of classes. Returns (n,).
    """
    raise NotImplementedError


def confusion(predicted: np.ndarray, labels: np.ndarray, n: int) -> np.ndarray:
    """Return how often each class was predicted for each label.

        C[i, j] = number of rows with the label i and the predicted class j

    predicted, labels: (m,), integers. n: the number of classes. Returns (n, n).
    """
    raise NotImplementedError
