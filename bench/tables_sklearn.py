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
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

# All at their defaults, but for the iterations that the linear model needs to converge.
CLASSIFIERS = {
    "LogisticRegression": lambda seed: LogisticRegression(max_iter=10_000, random_state=seed),
    "MLPClassifier": lambda seed: MLPClassifier(random_state=seed),
    "HistGradientBoostingClassifier": lambda seed: HistGradientBoostingClassifier(random_state=seed),
}
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
        name, seed = request["classifier"], request["seed"]
        model = make_pipeline(
            features(self.kinds, name in DENSE, seed), CLASSIFIERS[name](seed)
        )
        rows, labels = self.rows[request["rows"]], np.asarray(request["labels"])
        with warnings.catch_warnings():
            # the network stops after its default of 200 passes, as it does for everybody
            linear = name == "LogisticRegression"
            warnings.simplefilter("error" if linear else "ignore", ConvergenceWarning)
            start = time.process_time()
            model.fit(rows, labels)
            seconds = time.process_time() - start
        predicted = model.predict(self.rows[request["test"]])
        return {"predicted": predicted.tolist(), "seconds": seconds}


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
                answer = {"version": sklearn.__version__, "classifiers": list(CLASSIFIERS)}
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
