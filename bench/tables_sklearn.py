"""The scikit-learn side of tables.mjs: answers one JSON request per line on stdin with one on stdout.

It computes only between a request and its answer, so that the two sides never run at once.
"""

import csv
import json
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn import datasets
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

# All at their defaults, but for the iterations that the linear model needs to converge, and weights of classes where they are asked for.
CLASSIFIERS = {
    "LogisticRegression": lambda seed, **weights: LogisticRegression(
        max_iter=10_000, random_state=seed, **weights
    ),
    "MLPClassifier": lambda seed: MLPClassifier(random_state=seed),
    "HistGradientBoostingClassifier": lambda seed, **weights: HistGradientBoostingClassifier(
        random_state=seed, **weights
    ),
}
# Rows that look mislabelled are left out first: confident learning with out-of-fold probabilities of the same classifier.
PRUNED = {f"prune + {name}": name for name in ("LogisticRegression", "HistGradientBoostingClassifier")}
WEIGHTED = [name for name in (*CLASSIFIERS, *PRUNED) if "MLP" not in name]
# What takes dense rows only.
DENSE = ("HistGradientBoostingClassifier",)
DATASETS = {"wine": datasets.load_wine, "breast_cancer": datasets.load_breast_cancer}


class Components(TruncatedSVD):
    """At most as many components as there are terms."""

    def fit_transform(self, X, y=None):
        self.n_components = min(self.n_components, X.shape[1] - 1)
        return super().fit_transform(X, y)


def as_floats(values):
    return values.astype(float)


def features(kinds, dense, seed):
    """What turns columns into numbers; fitted, like the classifier, on the rows it is trained on."""

    def of_kind(*wanted):
        return [place for place, kind in enumerate(kinds) if kind in wanted]

    def text_steps():
        tfidf = TfidfVectorizer(
            ngram_range=(1, 2), min_df=2, max_features=4096, sublinear_tf=True
        )
        return make_pipeline(tfidf, Components(100, random_state=seed)) if dense else tfidf

    numbers = make_pipeline(
        FunctionTransformer(as_floats),
        SimpleImputer(strategy="median", add_indicator=True),
        StandardScaler(),
    )
    categories = OneHotEncoder(handle_unknown="ignore")
    return ColumnTransformer(
        [
            ("numbers", numbers, of_kind("numeric", "date", "embedding")),
            ("categories", categories, of_kind("categorical")),
            *((f"text {place}", text_steps(), place) for place in of_kind("text")),
        ],
        sparse_threshold=0 if dense else 0.3,
    )


class Table:
    def __init__(self, file):
        with open(file, encoding="utf-8") as opened:
            columns = json.load(opened)["columns"]
        self.kinds = [column["kind"] for column in columns]
        # of objects: numbers and texts beside each other, None for a missing cell
        self.rows = np.empty((len(columns[0]["values"]), len(columns)), dtype=object)
        for place, column in enumerate(columns):
            self.rows[:, place] = column["values"]

    def fit(self, request):
        asked, seed = request["classifier"], request["seed"]
        name = PRUNED.get(asked, asked)
        weights = {"class_weight": "balanced"} if request.get("balanced") else {}

        def model_of():
            classifier = CLASSIFIERS[name](seed, **weights)
            return make_pipeline(features(self.kinds, name in DENSE, seed), classifier)

        model = model_of()
        rows, labels = self.rows[request["rows"]], np.asarray(request["labels"])
        with warnings.catch_warnings():
            # the network stops after its default of 200 passes, as it does for everybody
            linear = name == "LogisticRegression"
            warnings.simplefilter("error" if linear else "ignore", ConvergenceWarning)
            start = time.process_time()
            if asked in PRUNED:
                kept = keep_rows(out_of_fold(model_of, rows, labels, seed), labels)
                rows, labels = rows[kept], labels[kept]
            model.fit(rows, labels)
            seconds = time.process_time() - start
        test = self.rows[request["test"]]
        probs = np.zeros((len(test), request["classes"]))  # a class without rows to learn from gets 0
        probs[:, model.classes_] = model.predict_proba(test)
        return {"probs": probs.tolist(), "seconds": seconds}


def out_of_fold(model_of, rows, labels, seed):
    """Probabilities [n, k] of every row by a model of the other four fifths."""
    classes = np.unique(labels)
    probs = np.zeros((len(rows), len(classes)))
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    for train, held in folds.split(rows, labels):
        model = model_of().fit(rows[train], labels[train])
        probs[np.ix_(held, np.searchsorted(classes, model.classes_))] = model.predict_proba(rows[held])
    return probs


def keep_rows(probs, labels):
    """Prunes by noise rate (Northcutt, Jiang and Chuang, JAIR 70, 2021, section 3.2, method 4)."""
    classes, given = np.unique(labels, return_inverse=True)
    k = len(classes)
    thresholds = np.array([probs[given == c, c].mean() for c in range(k)])
    masked = np.where(probs >= thresholds, probs, -1)
    confident = masked.max(axis=1) >= 0
    likely = masked.argmax(axis=1)
    joint = np.zeros((k, k))
    np.add.at(joint, (given[confident], likely[confident]), 1)
    counts = np.bincount(given, minlength=k)
    joint = joint / np.maximum(joint.sum(axis=1, keepdims=True), 1) * counts[:, None]
    kept = np.ones(len(labels), dtype=bool)
    for i in range(k):
        for j in range(k):
            number = int(round(joint[i, j]))
            if i == j or number == 0:
                continue
            own = np.flatnonzero(given == i)
            margin = probs[own, j] - probs[own, i]
            kept[own[np.argsort(-margin, kind="stable")[:number]]] = False
    # a class that would be gone altogether keeps its rows
    for c in range(k):
        if not kept[given == c].any():
            kept[given == c] = True
    return kept


def write_dataset(request):
    data = DATASETS[request["name"]]()
    with open(request["file"], "w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow([*data.feature_names, "label"])
        for values, label in zip(data.data, data.target):
            writer.writerow([*values, data.target_names[label]])
    return {}


def main():
    table = None
    for line in sys.stdin:
        request = json.loads(line)
        kind = request["kind"]
        try:
            if kind == "versions":
                answer = {"version": sklearn.__version__, "classifiers": [*CLASSIFIERS, *PRUNED], "weighted": WEIGHTED}
            elif kind == "dataset":
                answer = write_dataset(request)
            elif kind == "table":
                table, answer = Table(request["file"]), {}
            else:
                answer = table.fit(request)
        except Exception as error:  # of this request only; the next may do
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
