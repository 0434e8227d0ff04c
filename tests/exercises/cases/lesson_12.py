"""Wrong answers to lesson 12, and other right ones."""

import numpy as np


def leaks_by_loop(train, valid):
    found = []
    for name in valid:
        if valid[name] in list(train.values()):
            found.append(name)
    found.sort()
    return found


def leaks_by_reverse(train, valid):
    of = {}
    for name, content in valid.items():
        of.setdefault(content, []).append(name)
    return sorted(name for content in set(train.values()) for name in of.get(content, []))


def leaks_one_each(train, valid):
    of = {content: name for name, content in valid.items()}
    return sorted(of[content] for content in train.values() if content in of)


def far_by_sorting(distances, valid_distances):
    threshold = sorted(valid_distances)[int(0.95 * len(valid_distances))]
    return [distance >= threshold for distance in distances]


def far_by_percentile(distances, valid_distances):
    return np.asarray(distances) > np.percentile(valid_distances, 95)


def answer_by_max(probabilities, classes, distance, threshold, least=0.8):
    highest = max(probabilities)
    if distance > threshold:
        return "neither"
    elif highest < least:
        return "not sure"
    else:
        return classes[list(probabilities).index(highest)]


def answer_by_sorting(probabilities, classes, distance, threshold, least=0.8):
    highest, label = sorted(zip(probabilities, classes, strict=True))[-1]
    return "neither" if distance > threshold else label if highest >= least else "not sure"


def answer_but(*, far=True, sure=True, first="far", strict=False, fixed=None, wrap=lambda name: name, at=False):
    def answer(probabilities, classes, distance, threshold, least=0.8):
        least = fixed or least
        highest = max(probabilities)
        beyond = far and (distance >= threshold if at else distance > threshold)
        unsure = sure and (highest <= least if strict else highest < least)
        if first == "sure" and unsure:
            return "not sure"
        if beyond:
            return "neither"
        return "not sure" if unsure else wrap(classes[int(np.argmax(probabilities))])

    return answer


CASES = {
    "12.1": {
        "also_right": [97, 2 * (50 - 1), np.int64(98)],
        "wrong": {
            "half of the validation pictures": 49,
            "One less is enough": 100,
            "That is for 5 %": 38,
            "1 in n + 1": 95,
            "Then double n": 1000,
            "in quotes": "98",
        },
    },
    "12.2": {
        "also_right": [leaks_by_loop, leaks_by_reverse],
        "wrong": {
            "compared the names": lambda train, valid: sorted(set(train) & set(valid)),
            "same name and the same content": lambda train, valid: [n for n in valid if train.get(n) == valid[n]],
            "names in train": lambda train, valid: sorted(n for n in train if train[n] in valid.values()),
            "Those are the good ones": lambda train, valid: sorted(n for n in valid if valid[n] not in train.values()),
            "in no order": lambda train, valid: [n for n in valid if valid[n] in train.values()],
            "a set": lambda train, valid: {n for n in valid if valid[n] in train.values()},
            "a whole number": lambda train, valid: 4,
            "holds contents": lambda train, valid: sorted(set(train.values()) & set(valid.values())),
            "finds 3 of 4": leaks_one_each,
            "among train.values()": lambda train, valid: sorted(valid),
        },
    },
    "12.3": {
        "also_right": [far_by_sorting, far_by_percentile],
        "wrong": {
            "other way round": lambda far, valid: far <= np.quantile(valid, 0.95),
            "5 % do not exceed": lambda far, valid: far > np.quantile(valid, 0.05),
            "largest distance": lambda far, valid: far > np.max(valid),
            "new distances themselves": lambda far, valid: far > np.quantile(far, 0.95),
            "not 95 % of a distance": lambda far, valid: far > 0.95,
            "That is the middle": lambda far, valid: far > np.mean(valid),
            "You compared the validation": lambda far, valid: valid > np.quantile(valid, 0.95),
            "These are the distances": lambda far, valid: far[far > np.quantile(valid, 0.95)],
            "An array is asked for": lambda far, valid: float(np.quantile(valid, 0.95)),
            "threshold = np.quantile": lambda far, valid: far > 0.12,
        },
    },
    "12.4": {
        "also_right": [0.4 * 0.15 + 0.6 * 0.05, np.float64(0.09), (40 * 0.15 + 60 * 0.05) / 100],
        "wrong": {
            "In percent": 9,
            "The mean of both bins": 0.1,
            "absolute values": 0.03,
            "The sum of both": 0.2,
            "other way round": 0.11,
            "share of wrong answers": 0.16,
            "In each bin": 0.5,
        },
    },
    "12.5": {
        "also_right": [answer_by_max, answer_by_sorting],
        "wrong": {
            "sure, and far away it says": answer_but(far=False),
            "near, and not sure it says": answer_but(sure=False),
            "ask about the distance first": answer_but(first="sure"),
            "below least means less": answer_but(strict=True),
            "with least=0.5": answer_but(fixed=0.8),
            "beyond it means farther": answer_but(at=True),
            "gives None back": lambda *given: print(end=""),
            "number of a class": lambda probabilities, *rest: int(np.argmax(probabilities)),
            "a number": lambda probabilities, *rest: float(max(probabilities)),
        },
    },
}
