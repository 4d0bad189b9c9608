"""Results as they are on the wire, and options of methods as keyword arguments, in snake case.

Made by generate_types.py from protocol/openrpc.json: do not edit.
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, TypedDict, Union


class Bank(TypedDict):
    # Classes in it.
    classes: int
    # Concepts in them.
    concepts: int
    # Handles of the reasoning networks in it.
    graphModels: List[str]
    # The file.
    path: str


_ChangeRequired = TypedDict(
    "_ChangeRequired",
    {
        # What it adds after.
        "after": "Union[float, None]",
        # What it adds to the class's score before.
        "before": "Union[float, None]",
        # The class whose graph it is of.
        "class": "str",
        # After less before.
        "delta": "Union[float, None]",
        # Whether the edits hide or cover its patch, or put there what is now seen as it; or it is a relation of such a
        # concept.
        "edited": "bool",
        # Number of the concept, or of the relation's source, from 1.
        "from": "int",
        # The concept's name, or those of a relation's ends.
        "name": "str",
        # Number of the relation's target; null for a concept.
        "to": "Union[int, None]",
    },
)


class Change(_ChangeRequired, total=False):
    # What the concept is worth to the classifier itself; absent for a relation, and where it was not measured against
    # the same classes before and after.
    measured: MeasuredChange


_ClassExplanationRequired = TypedDict(
    "_ClassExplanationRequired",
    {
        # The last layer's.
        "bias": "Union[float, None]",
        # The class's label.
        "class": "str",
        # Relations.
        "edges": "List[ExplainedEdge]",
        # Concepts, by rank.
        "nodes": "List[ExplainedNode]",
        # What the other classes' graphs add to this score.
        "otherGraphs": "List[ClassExplanationOtherGraphs]",
        # "why" for the class that the classifier predicts.
        "role": 'Literal["why", "whyNot"]',
        # The reasoning network's output: the sum of all contributions and the bias.
        "score": "Union[float, None]",
    },
)


class ClassExplanation(_ClassExplanationRequired, total=False):
    # What the parts of the picture are worth to the classifier itself. Not with evidence "predicted".
    measured: Measured


ClassExplanationOtherGraphs = TypedDict(
    "ClassExplanationOtherGraphs",
    {
        # The other class.
        "class": "str",
        # What its graph adds.
        "contribution": "Union[float, None]",
    },
)


class Classification(TypedDict):
    # As the request named it.
    image: str
    # Most probable first.
    predictions: List[Prediction]


class _ClientActivationsRequired(TypedDict):
    # [images, classes].
    logits: Tensor


class ClientActivations(_ClientActivationsRequired, total=False):
    # [images, …layer's shape]; where a layer was named.
    activations: Union[Tensor, None]


class ClientGradients(TypedDict):
    # [images, …layer's shape].
    activations: Tensor
    # [images, …layer's shape].
    gradients: Tensor


class _ClientModelActivationsParamsRequired(TypedDict):
    # [images, 3, height, width], preprocessed.
    images: Tensor
    # The handle that model/attach answered.
    model: str


class ClientModelActivationsParams(_ClientModelActivationsParamsRequired, total=False):
    # The layer; null where only logits are wanted.
    layer: Union[str, None]


class ClientModelGradientsParams(TypedDict):
    # The class.
    classIndex: int
    # [images, 3, height, width], preprocessed.
    images: Tensor
    # The layer.
    layer: str
    # The handle that model/attach answered.
    model: str


_CompareParametersLeftRequired = TypedDict(
    "_CompareParametersLeftRequired",
    {
        # The class.
        "class": "ClassName",
        # The image.
        "image": "Image",
        # The network's handle or name.
        "model": "str",
    },
)


class CompareParametersLeft(_CompareParametersLeftRequired, total=False):
    # The reasoning network's handle; the latest that covers the class where absent.
    graphModel: str


class ComparedEffect(TypedDict):
    # Probability of a value as far from theirs.
    p: Union[float, None]
    # The mean of random regions on the object, of the same areas.
    random: Union[float, None]
    # In logits of the margin.
    value: Union[float, None]


_ComparedSideRequired = TypedDict(
    "_ComparedSideRequired",
    {
        # The class's label.
        "class": "str",
        # Of the reasoning network on held-out images.
        "fidelity": "Fidelity",
        # The reasoning network's handle.
        "graphModel": "str",
        # As the request named it.
        "image": "str",
        # The classifier's output for the class.
        "logit": "Union[float, None]",
        # The network's handle.
        "model": "str",
        # Softmax over the reasoning network's classes.
        "probability": "Union[float, None]",
        # The reasoning network's output for the class.
        "score": "Union[float, None]",
    },
)


class ComparedSide(_ComparedSideRequired, total=False):
    # What the parts of the picture are worth to the classifier itself. Not with evidence "predicted".
    measured: Measured


class Comparison(TypedDict):
    # Concepts and relations, the largest difference first; those that were measured come before the others.
    differences: List[Difference]
    # The one side.
    left: ComparedSide
    # What other graphs and the bias add: together with the differences it gives the scores.
    remainder: ComparisonRemainder
    # The other side.
    right: ComparedSide
    # Plain English, built from the numbers.
    summary: str


class ComparisonRemainder(TypedDict):
    # Left less right.
    delta: Union[float, None]
    # Of the left score.
    left: Union[float, None]
    # Of the right score.
    right: Union[float, None]


_ConceptRequired = TypedDict(
    "_ConceptRequired",
    {
        # Held-out accuracy of its activation vectors.
        "cavAccuracy": "Union[float, None]",
        # The class's label.
        "class": "str",
        # Its stable identity.
        "id": "str",
        # What people call it.
        "name": "str",
        # Exemplars, nearest first.
        "patches": "List[Patch]",
        # 1 for the most important.
        "rank": "int",
        # Patches in its cluster.
        "size": "int",
        # How much it matters to the class.
        "tcav": "Importance",
        # The largest distance at which a patch still is this concept.
        "threshold": "Union[float, None]",
    },
)


class Concept(_ConceptRequired, total=False):
    # When an image counts as showing it.
    detection: Detection
    # What hiding it in the class's images takes from the classifier.
    measured: ConceptEffect
    # How unusual it is in images of other classes.
    presence: PresenceOdds


class ConceptEffect(TypedDict):
    # The mean share of the picture that it covers.
    area: Union[float, None]
    # Whether it takes more than random regions do, by p ≤ 0.05.
    beatsRandom: bool
    # Log odds of the class that hiding it takes: the mean over the images that show it.
    effect: Union[float, None]
    # Effect by area.
    effectPerArea: Union[float, None]
    # Upper end.
    high: Union[float, None]
    # Images that show it.
    images: int
    # Images that were looked at.
    looked: int
    # Lower end of the 95 % interval of that mean.
    low: Union[float, None]
    # Whether it covers more than half of that: it is no part, and ranked after parts.
    mostOfObject: bool
    # The mean share of what the class's patches cover that it covers.
    ofObject: Union[float, None]
    # Of the hypothesis that its effects are those of random regions (signed-rank test over images).
    p: Union[float, None]
    # The same for random regions on the object, of the same areas.
    random: Union[float, None]


ConceptGraph = TypedDict(
    "ConceptGraph",
    {
        # The class hypothesis.
        "class": "str",
        # By source, then target.
        "edges": "List[Edge]",
        # As the request named it.
        "image": "str",
        # One per concept, by rank.
        "nodes": "List[Node]",
    },
)


class ConceptScore(TypedDict):
    # The concept's id.
    concept: str
    # How much the class's logit depends on it, in this image and in general.
    importance: Sensitivity
    # What people call it.
    name: str
    # Where its best patch is, detected or not; null where the image has no patch.
    place: Union[ConceptScorePlaceObject, None]
    # How present it is in the image.
    presence: Presence
    # 1 for the most important to the class.
    rank: int


class ConceptScorePlaceObject(TypedDict):
    # Its box.
    box: List[int]
    # Its centre.
    center: List[float]


class ConceptScoreResult(TypedDict):
    # By image, then class.
    scores: List[ConceptScores]
    # Images that could not be used.
    skipped: List[SkippedImage]


ConceptScores = TypedDict(
    "ConceptScores",
    {
        # The class's label.
        "class": "str",
        # By rank.
        "concepts": "List[ConceptScore]",
        # As the request named it.
        "image": "str",
    },
)


class Correction(TypedDict):
    # The concept of the true class whose exemplar took its place.
    by: str
    # Whether the classifier then predicts the true class.
    corrects: bool
    # Change of the true class's logit less the predicted class's.
    marginChange: Union[float, None]
    # Whether a random patch at the same place corrects it as well.
    randomCorrects: bool
    # The concept whose patch was replaced.
    replaced: str


class Detection(TypedDict):
    # Share of random images that do: at most 5 %.
    falseAlarmRate: Union[float, None]
    # Images of the class that were looked at.
    images: int
    # Random images that were looked at.
    randomImages: int
    # Share of the class's images that count as showing it.
    rate: Union[float, None]
    # Distance of the nearest patch up to which an image counts as showing the concept; patches nearer another cluster's
    # centre do not count.
    threshold: float


class Diagnosis(TypedDict):
    # Which class is taken for which.
    confusion: DiagnosisConfusion
    # The wrong predictions.
    errors: List[Mistake]
    # The reasoning network's handle.
    graphModel: str
    # Images that could not be used.
    skipped: List[SkippedImage]
    # What to add to the training data, the most important first.
    suggestions: List[str]
    # Plain English, built from the numbers.
    summary: str


class DiagnosisConfusion(TypedDict):
    # The classes' labels.
    classes: List[str]
    # Images by true class, then by predicted class.
    counts: List[List[int]]


_DifferenceRequired = TypedDict(
    "_DifferenceRequired",
    {
        # The class whose graph it is of.
        "class": "str",
        # Left less right.
        "delta": "Union[float, None]",
        # Whether it is seen; for a relation, both its ends. Null where the side has no such concept or relation.
        "detected": "DifferenceDetected",
        # What it adds to the left score; null where that side does not have it.
        "left": "Union[float, None]",
        # What people call it.
        "name": "str",
        # What it adds to the right score; null where that side does not have it.
        "right": "Union[float, None]",
    },
)


class Difference(_DifferenceRequired, total=False):
    # The concept's id, for a concept.
    concept: str
    # The concepts, for a relation.
    edge: DifferenceEdge
    # What the concept is worth to the classifier itself; absent for a relation, and where it was not measured.
    measured: MeasuredDifference


class DifferenceDetected(TypedDict):
    # On the left side.
    left: Union[bool, None]
    # On the right side.
    right: Union[bool, None]


DifferenceEdge = TypedDict(
    "DifferenceEdge",
    {
        # The source concept's id.
        "from": "str",
        # The target concept's id.
        "to": "str",
    },
)


class DiscoverOptions(TypedDict, total=False):
    # Whether patches must lie in the region that Grad-CAM attends to; off, this is plain ACE.
    attention: bool
    # Most images or patches in memory as pixels at once.
    batch_size: int
    # Share of the examples held out to measure the accuracy of an activation vector.
    cav_holdout: float
    # L2 weight of the linear classifier.
    cav_l2: float
    # How an activation vector is fitted.
    cav_method: Literal["linearClassifier", "meanDifference"]
    # How patches are clustered into candidates: k-means, or non-negative matrix factorisation of their embeddings.
    clustering: Literal["kMeans", "nmf"]
    # Clusters of k-means, or non-negative components.
    clusters: int
    # SLIC's weight of place against colour.
    compactness: float
    # What patches are compared with: whole random images, or patches of them.
    contrast: Literal["images", "patches"]
    # What p is corrected by over the candidates.
    correction: Literal["bonferroni", "holm", "benjaminiHochberg"]
    # Least pixels of a superpixel of felzenszwalb.
    felzenszwalb_min_size: int
    # Felzenszwalb's scales, coarse to fine: the greater, the larger the superpixels.
    felzenszwalb_scales: List[float]
    # Width in pixels of the Gaussian that felzenszwalb smooths with.
    felzenszwalb_sigma: float
    # Grey that fills a patch outside its superpixel.
    fill_value: int
    # Share of pixels, in percent, that count as attended.
    keep_percent: float
    # The layer; the request's own member comes first.
    layer: str
    # Largest share of a concept's images in which it may show the same pixels as a better ranked one; 1 keeps all.
    max_coincidence: float
    # Most images of the class that are used.
    max_images: int
    # Largest Jaccard overlap with a kept superpixel of a coarser segmentation.
    max_overlap: float
    # Patches that a concept keeps, nearest its centre.
    max_patches: int
    # Most images on which concepts are tested.
    max_test_images: int
    # Least area of a superpixel as a share of the image.
    min_area_fraction: float
    # Least images of a random set; where there are too few images for disjoint sets, sets overlap.
    min_random_set_size: int
    # A cluster needs more patches than this to be a candidate; scaled down for small sets.
    min_size: int
    # Images that must be left over from discovery for concepts to be tested on those alone.
    min_test_images: int
    # How a patch becomes an embedding: cut out and seen alone, or as the mean of the whole image's activations over it.
    patch_embedding: Literal["crop", "maskedPooling"]
    # What of an image a concept's node is: all its places where the class attends, or the nearest patch alone (the
    # paper's).
    places: Literal["all", "nearest"]
    # Width in pixels of the Gaussian by which quick shift measures densities; time grows with its square.
    quickshift_kernel_size: float
    # Quick shift's greatest distances in colour and pixels, coarse to fine: the greater, the larger the superpixels.
    quickshift_max_distances: List[float]
    # Quick shift's weight of colour against place.
    quickshift_ratio: float
    # Images in each random set.
    random_set_size: int
    # Random sets: one activation vector and one TCAV score each.
    random_sets: int
    # What the best concepts are the best by: TCAV, or what hiding them in the class's images takes from the
    # classifier's log odds for the class: the mean, the mean less that of random regions of the same area, the mean
    # over its standard error, or per area hidden.
    rank_by: Literal["tcav", "effect", "effectBeyondRandom", "effectOverError", "effectPerArea"]
    # Whether pixels at which the map of Grad-CAM is not above 0 never count as attended, however few that leaves.
    rectify: bool
    # Restarts of the clustering; the best fit wins.
    restarts: int
    # Decides everything random.
    seed: int
    # Superpixels of each segmentation by slic or watershed, coarse to fine.
    segment_counts: List[int]
    # What cuts images into superpixels; slic and watershed use segmentCounts, the others have options of their own.
    segmenter: Literal["slic", "felzenszwalb", "quickshift", "watershed"]
    # Width in pixels of the Gaussian that SLIC smooths with.
    sigma: float
    # Largest p of a concept, corrected over the candidates.
    significance: float
    # Concepts kept as the class's nodes.
    top_concepts: int
    # The watershed's weight of place against the gradient; 0 for none.
    watershed_compactness: float


Discovery = TypedDict(
    "Discovery",
    {
        # The class's label.
        "class": "str",
        # The class's index.
        "classIndex": "int",
        # By rank.
        "concepts": "List[Concept]",
        # Whether TCAV says nothing at this layer.
        "degenerateLayer": "bool",
        # Images used.
        "images": "int",
        # The layer at which concepts were sought.
        "layer": "str",
        # Remarks for people.
        "notes": "List[str]",
        # What was not computed again.
        "reused": "DiscoveryReused",
        # Seconds by stage.
        "seconds": "SecondsByStage",
        # Patches considered.
        "segments": "int",
        # Images that could not be used.
        "skipped": "List[SkippedImage]",
    },
)


class DiscoveryOptions(TypedDict, total=False):
    # Whether patches must lie in the region that Grad-CAM attends to; off, this is plain ACE.
    attention: bool
    # Most images or patches in memory as pixels at once.
    batchSize: int
    # Share of the examples held out to measure the accuracy of an activation vector.
    cavHoldout: float
    # L2 weight of the linear classifier.
    cavL2: float
    # How an activation vector is fitted.
    cavMethod: Literal["linearClassifier", "meanDifference"]
    # How patches are clustered into candidates: k-means, or non-negative matrix factorisation of their embeddings.
    clustering: Literal["kMeans", "nmf"]
    # Clusters of k-means, or non-negative components.
    clusters: int
    # SLIC's weight of place against colour.
    compactness: float
    # What patches are compared with: whole random images, or patches of them.
    contrast: Literal["images", "patches"]
    # What p is corrected by over the candidates.
    correction: Literal["bonferroni", "holm", "benjaminiHochberg"]
    # Least pixels of a superpixel of felzenszwalb.
    felzenszwalbMinSize: int
    # Felzenszwalb's scales, coarse to fine: the greater, the larger the superpixels.
    felzenszwalbScales: List[float]
    # Width in pixels of the Gaussian that felzenszwalb smooths with.
    felzenszwalbSigma: float
    # Grey that fills a patch outside its superpixel.
    fillValue: int
    # Share of pixels, in percent, that count as attended.
    keepPercent: float
    # Largest share of a concept's images in which it may show the same pixels as a better ranked one; 1 keeps all.
    maxCoincidence: float
    # Most images of the class that are used.
    maxImages: int
    # Largest Jaccard overlap with a kept superpixel of a coarser segmentation.
    maxOverlap: float
    # Patches that a concept keeps, nearest its centre.
    maxPatches: int
    # Most images on which concepts are tested.
    maxTestImages: int
    # Least area of a superpixel as a share of the image.
    minAreaFraction: float
    # Least images of a random set; where there are too few images for disjoint sets, sets overlap.
    minRandomSetSize: int
    # A cluster needs more patches than this to be a candidate; scaled down for small sets.
    minSize: int
    # Images that must be left over from discovery for concepts to be tested on those alone.
    minTestImages: int
    # How a patch becomes an embedding: cut out and seen alone, or as the mean of the whole image's activations over it.
    patchEmbedding: Literal["crop", "maskedPooling"]
    # What of an image a concept's node is: all its places where the class attends, or the nearest patch alone (the
    # paper's).
    places: Literal["all", "nearest"]
    # Width in pixels of the Gaussian by which quick shift measures densities; time grows with its square.
    quickshiftKernelSize: float
    # Quick shift's greatest distances in colour and pixels, coarse to fine: the greater, the larger the superpixels.
    quickshiftMaxDistances: List[float]
    # Quick shift's weight of colour against place.
    quickshiftRatio: float
    # Images in each random set.
    randomSetSize: int
    # Random sets: one activation vector and one TCAV score each.
    randomSets: int
    # What the best concepts are the best by: TCAV, or what hiding them in the class's images takes from the
    # classifier's log odds for the class: the mean, the mean less that of random regions of the same area, the mean
    # over its standard error, or per area hidden.
    rankBy: Literal["tcav", "effect", "effectBeyondRandom", "effectOverError", "effectPerArea"]
    # Whether pixels at which the map of Grad-CAM is not above 0 never count as attended, however few that leaves.
    rectify: bool
    # Restarts of the clustering; the best fit wins.
    restarts: int
    # Decides everything random.
    seed: int
    # Superpixels of each segmentation by slic or watershed, coarse to fine.
    segmentCounts: List[int]
    # What cuts images into superpixels; slic and watershed use segmentCounts, the others have options of their own.
    segmenter: Literal["slic", "felzenszwalb", "quickshift", "watershed"]
    # Width in pixels of the Gaussian that SLIC smooths with.
    sigma: float
    # Largest p of a concept, corrected over the candidates.
    significance: float
    # Concepts kept as the class's nodes.
    topConcepts: int
    # The watershed's weight of place against the gradient; 0 for none.
    watershedCompactness: float


class DiscoveryReused(TypedDict):
    # Embeddings that were known.
    embeddings: int
    # Images whose segments were known.
    segments: int
    # Whether an equal request was answered before: nothing was computed.
    whole: bool


Edge = TypedDict(
    "Edge",
    {
        # (x, y) of the source, then of the target.
        "feature": "List[Union[float, None]]",
        # Position of the source among the nodes, from 0.
        "from": "int",
        # Position of the target among the nodes, from 0.
        "to": "int",
    },
)


class EffectFidelity(TypedDict):
    # Of predicted and measured effects.
    correlation: Union[float, None]
    # Concepts of held-out images.
    count: int
    # Of each concept's mean effect on the fitted images and measured effects: the prediction to beat.
    meanCorrelation: Union[float, None]
    # Share of predictions that have the sign of what was measured.
    sign: Union[float, None]


class _EffectModelRequired(TypedDict):
    # By class, then concept: what is added, in logits.
    offsets: List[List[Union[float, None]]]
    # Effect per logit that removing the concept in the layer takes.
    slope: Union[float, None]


class EffectModel(_EffectModelRequired, total=False):
    # How well it predicts; missing where too few images were held out.
    heldOut: EffectFidelity


class Epoch(TypedDict):
    # From 1.
    epoch: int
    # On the held-out images.
    heldOutLoss: Union[float, None]
    # On the fitted images.
    loss: Union[float, None]


class EvaluateOptions(TypedDict, total=False):
    # Options of the discoveries; the seed is the run's.
    discover: DiscoveryOptions
    # Concepts of each held-out image that are edited, each in two ways, to test whether the explanation follows.
    edits: int
    # Share of each class's images that is held out: nothing is fitted on it, everything is measured on it.
    holdout: float
    # The layer; the model's default where absent.
    layer: str
    # Most images of a class that are held out.
    max_held_out: int
    # What is measured.
    measures: List[Literal["completeness", "fidelity", "controls", "relations", "signs", "locality", "curves", "stability", "sanity"]]
    # Random orders of masking to compare the explanation's order with.
    random_orders: int
    # Random patches of the same shape to compare masking of each concept with, where signs are measured: 0, or 2 or
    # more.
    random_patches: int
    # The first seed; it also decides which images are held out, for all runs alike.
    seed: int
    # Runs of the whole method, with consecutive seeds.
    seeds: int
    # Thresholds of measures, by name: verdicts say which are met.
    thresholds: Dict[str, float]
    # Options of the trainings; the seed is the run's.
    train: TrainOptions


class _EvaluationRequired(TypedDict):
    # Their labels.
    classes: List[str]
    # Of each run, measured on the held-out images.
    controls: List[List[TrainingControl]]
    # How the class's probability and margin change as concepts are masked and put back.
    curves: List[EvaluationCurve]
    # Images that were fitted, by class.
    fitted: Dict[str, int]
    # Images that were held out, by class.
    heldOut: Dict[str, List[str]]
    # The layer at which concepts were sought.
    layer: str
    # With their spread over the runs.
    measures: List[EvaluationMeasure]
    # The network's handle.
    model: str
    # Its name.
    name: str
    # Notes for people.
    notes: List[str]
    # Seconds by stage, all runs together.
    seconds: SecondsByStage
    # Of the runs.
    seeds: List[int]
    # Images that could not be used.
    skipped: List[SkippedImage]
    # Plain English, built from the numbers.
    summary: str
    # One per requested threshold.
    verdicts: List[EvaluationVerdict]


class Evaluation(_EvaluationRequired, total=False):
    # The page, where one was requested.
    path: str


class EvaluationCurve(TypedDict):
    # Whether concepts are masked one after another, or put back.
    kind: Literal["deletion", "insertion"]
    # Half the width of the mean's 95 % interval.
    margin: List[Union[float, None]]
    # The mean over images and runs.
    mean: List[Union[float, None]]
    # What is followed: the class's probability among the classes, or its logit less the mean of the other classes'.
    measure: Literal["probability", "margin"]
    # In which order: by the effect of masking that the reasoning network predicts (Shapley values), by contribution, by
    # the effect on the classifier of masking each concept alone, by the TCAV of plain ACE, by size, at random.
    order: Literal["predicted", "contribution", "verified", "ace", "largest", "random"]
    # Shares of the concepts, from 0 to 1.
    places: List[Union[float, None]]


class EvaluationMeasure(TypedDict):
    # Which way is better.
    better: Literal["higher", "lower"]
    # [low, high]: the 95 % interval of the share over all images like these.
    confidenceInterval: Union[List[Union[float, None]], None]
    # Images, nodes or edits that a value is of, in the run with the fewest.
    count: int
    # The measures that it is taken with.
    group: Literal["completeness", "fidelity", "controls", "relations", "signs", "locality", "curves", "stability", "sanity"]
    # Over the runs.
    mean: Union[float, None]
    # Its name, also in `thresholds`.
    name: str
    # The largest over the runs, of tests that are paired by image; null where nothing is tested.
    p: Union[float, None]
    # Standard deviation over the runs; null for one.
    sd: Union[float, None]
    # Whether it is a share, shown in percent.
    share: bool
    # Its meaning, for people.
    title: str
    # One per run; of measures over pairs of runs, one per pair.
    values: List[Union[float, None]]


class EvaluationVerdict(TypedDict):
    # Its name.
    measure: str
    # Whether it is as good or better.
    met: bool
    # The requested value.
    threshold: Union[float, None]
    # Its mean; null where it could not be measured.
    value: Union[float, None]


Evidence = TypedDict(
    "Evidence",
    {
        # The class whose graph it is of.
        "class": "str",
        # What it adds to the predicted class's score less the true class's.
        "contribution": "Union[float, None]",
        # Whether the concept, or both of a relation's ends, are seen.
        "detected": "bool",
        # The concept's name, or those of a relation's ends.
        "name": "str",
        # The type of error that it speaks for.
        "type": "ErrorType",
    },
)


_ExplainedEdgeRequired = TypedDict(
    "_ExplainedEdgeRequired",
    {
        # What it adds to the class's score.
        "contribution": "Union[float, None]",
        # Number of the source node, from 1.
        "from": "int",
        # Number of the target node, from 1.
        "to": "int",
    },
)


class ExplainedEdge(_ExplainedEdgeRequired, total=False):
    # What the classifier itself says when the source is moved elsewhere; on request, for the strongest relations of
    # concepts that are seen.
    verified: Verification


class Node(TypedDict):
    # Of the patch; null where not detected.
    box: Union[List[int], None]
    # Of the patch; null where not detected.
    center: Union[List[float], None]
    # The concept's id.
    concept: str
    # Whether a patch is near enough.
    detected: bool
    # Of the nearest patch.
    distance: Union[float, None]
    # The concept's name.
    name: str
    # Its rank, from 1: the number in pictures.
    number: int


class _ExplainedNodeRequired(Node):
    # What it adds to the class's score.
    contribution: Union[float, None]
    # What masking it takes from the class's margin over the other classes, as the reasoning network predicts; concepts
    # that overlap share it (Shapley value). Null where there is nothing to mask.
    maskingValue: Union[float, None]


class ExplainedNode(_ExplainedNodeRequired, total=False):
    # What removing all its places in the network's last feature map takes from the margin: of the predicted class over
    # the others, of another class over the predicted one. Gradient times activation: exact where all that follows is
    # linear. Absent where it is not seen.
    layerRemoval: float
    # What all places of the concept are worth to the classifier itself; where it is seen.
    measured: MeasuredEffect
    # The effect that is expected of it, without asking the classifier about the image: from `layerRemoval` and what was
    # measured in training. Absent where nothing was.
    predictedEffect: float
    # Log odds by which the nearest patch speaks for an image of the class and not of the others: how unusual it is that
    # this concept is here, or missing. Absent where that was not measured.
    presence: float
    # All places of the concept that were measured.
    regions: List[Region]
    # What the classifier itself says when the concept is masked; on request, where there is something to mask.
    verified: Verification


class _ExplanationRequired(TypedDict):
    # Exactly one "why", first; then a "whyNot" per other class.
    explanations: List[ClassExplanation]
    # Of the reasoning network on held-out images.
    fidelity: Fidelity
    # The reasoning network's handle.
    graphModel: str
    # The reasoning network's prediction.
    graphPrediction: ExplanationGraphPrediction
    # As the request named it.
    image: str
    # Of the reasoning network on this image.
    localFidelity: LocalFidelity
    # The network's handle.
    model: str
    # The classifier's prediction.
    prediction: ExplanationPrediction
    # Plain English, built from the numbers.
    summary: str


class Explanation(_ExplanationRequired, total=False):
    # Whether the reasons for the prediction can be believed: the concepts carry more of the margin than random regions
    # on the object ("supported"), they do not ("noBetterThanRandom"), or they do, but the reasoning network does not
    # follow the classifier on this image ("lowFidelity"). Absent where nothing was measured.
    verdict: Literal["supported", "noBetterThanRandom", "lowFidelity"]


ExplanationGraphPrediction = TypedDict(
    "ExplanationGraphPrediction",
    {
        # The predicted class.
        "class": "str",
        # The reasoning network's classes.
        "classes": "List[ExplanationGraphPredictionClasses]",
    },
)


ExplanationGraphPredictionClasses = TypedDict(
    "ExplanationGraphPredictionClasses",
    {
        # The label.
        "class": "str",
        # The output.
        "score": "Union[float, None]",
    },
)


ExplanationPrediction = TypedDict(
    "ExplanationPrediction",
    {
        # The predicted class among these.
        "class": "str",
        # The reasoning network's classes.
        "classes": "List[ExplanationPredictionClasses]",
    },
)


ExplanationPredictionClasses = TypedDict(
    "ExplanationPredictionClasses",
    {
        # The label.
        "class": "str",
        # Among the model's outputs.
        "index": "int",
        # The output.
        "logit": "Union[float, None]",
        # Softmax over these classes.
        "probability": "Union[float, None]",
    },
)


class Fidelity(TypedDict):
    # Images it was measured on.
    images: int
    # Mean squared error of the normalised margins.
    mse: Union[float, None]
    # Rank correlation of the margins: outputs less their mean over the classes.
    spearman: Union[float, None]
    # Share of images on which both choose the same class.
    top1Agreement: Union[float, None]


class Graph(TypedDict):
    # Labels of its outputs.
    classes: List[str]
    # Nodes of a class's graph.
    concepts: int
    # When it was made, by ISO 8601; null where unknown.
    created: Union[str, None]
    # Numbers in a node's embedding.
    embeddingWidth: int
    # Passes of its training.
    epochs: int
    # How well it agrees with the network; null where not measured.
    fidelity: Union[GraphFidelityObject, None]
    # Its handle.
    graphModel: str
    # The layer of its concepts.
    layer: Union[str, None]
    # The distillation loss; empty where unknown.
    loss: str
    # Handle of the network that it explains; null where it is bound to no network.
    model: Union[str, None]
    # That network's name.
    modelName: Union[str, None]
    # Where its weights come from: vrx/train, or a published checkpoint.
    origin: Literal["trained", "published"]


class GraphDetails(Graph):
    # Every entry of the embedding of a concept that is not seen.
    dummyValue: Union[float, None]
    # Edge width of its layers.
    edgeWidth: int
    # Node widths of its layers.
    nodeWidths: List[int]
    # By class.
    nodes: List[GraphDetailsNodes]
    # Notes for people.
    notes: List[str]
    # The result of vrx/train or graph/bind, with the history; null where unknown.
    training: Union[Training, None]


GraphDetailsNodes = TypedDict(
    "GraphDetailsNodes",
    {
        # The class's label.
        "class": "str",
        # The concept of each node.
        "concepts": "List[GraphDetailsNodesConcepts]",
    },
)


class GraphDetailsNodesConcepts(TypedDict):
    # The concept's id.
    id: str
    # Its name.
    name: str


class GraphFidelityObject(TypedDict):
    # On held-out images as they are.
    heldOut: Fidelity
    # On held-out images with concepts masked.
    masked: Fidelity


class GraphRunResult(TypedDict):
    # [images, classes · (N · node width + N (N − 1) · edge width)]: of each class its nodes, then its edges by source
    # and target.
    embedding: Tensor
    # [images, classes].
    outputs: Tensor


class ImageObject(TypedDict):
    # The bytes of a JPEG or PNG file of at most 1 MiB.
    base64: str


class Importance(TypedDict):
    # [low, high]: the 95 % interval of the mean over all possible random sets; null for fewer than two sets.
    confidenceInterval: Union[List[Union[float, None]], None]
    # p of the measure, corrected over the candidates: it decides significance.
    correctedP: Union[float, None]
    # The correction of p.
    correction: Union[Literal["bonferroni", "holm", "benjaminiHochberg"], None]
    # The graded measure that ranks concepts where TCAV is degenerate.
    effect: Union[float, None]
    # Mean TCAV score.
    mean: Union[float, None]
    # The measure that decides: TCAV scores, or mean derivatives where all scores are equal; null without a test.
    measure: Union[Literal["scores", "derivatives"], None]
    # Of the two-sided t-test against random concepts.
    p: Union[float, None]
    # Number of scores.
    randomSets: int
    # Standard deviation over the random sets.
    sd: Union[float, None]
    # Candidates that p was corrected for.
    tests: Union[int, None]


class _InterveneParametersEditsRequired(TypedDict):
    # The concept's id or name.
    concept: str
    # What is done to the concept's patch.
    kind: Literal["substitute", "random", "move", "mask"]


_InterveneParametersEditsOptional = TypedDict(
    "_InterveneParametersEditsOptional",
    {
        # The hypothesis under which the concept is sought; its own class where absent.
        "class": "ClassName",
        # substitute and random: where the new patch comes from; the concept's best exemplar, or an image of the bank.
        "from": "Image",
        # move: where the patch's middle goes.
        "to": "List[float]",
    },
    total=False,
)


class InterveneParametersEdits(_InterveneParametersEditsRequired, _InterveneParametersEditsOptional):
    pass


class Intervention(TypedDict):
    # The explanation of the edited picture; concepts that no edit touches stay where they were, unless rematch is
    # requested.
    after: Explanation
    # The explanation of the image as it is.
    before: Explanation
    # In the edited classes' graphs, the largest first.
    changes: List[Change]
    # The edited picture, of the original's size: a PNG file in base64.
    image: bytes
    # Share of the change that lies in what was edited and its relations.
    locality: Union[float, None]
    # Plain English, built from the numbers.
    summary: str


class Layer(TypedDict):
    # Its name.
    name: str
    # The ONNX operator.
    operator: str
    # Extents of its activations without the batch.
    shape: List[int]


class _LocalFidelityRequired(TypedDict):
    # The reasons, as sentences.
    cautions: List[str]
    # Whether there is reason not to believe the explanation of this image.
    low: bool


class LocalFidelity(_LocalFidelityRequired, total=False):
    # Of the margins' changes from the image to the masked pictures, the reasoning network's with the classifier's.
    correlation: Union[float, None]
    # The image and pictures of it with a concept masked. With verification.
    pictures: int
    # Share of these for which reasoning network and classifier agree.
    top1Agreement: Union[float, None]


class _MeasuredRequired(TypedDict):
    # The classes that the margin is over: their mean logit.
    against: List[str]
    # The margin of the picture with everything hidden.
    empty: Union[float, None]
    # What the rest of the picture is worth: with the effects of the concepts it adds up to `full` less `empty`.
    everythingElse: Union[float, None]
    # What hides a part; `low` and `high` of a concept also know grey.
    fill: Literal["blur"]
    # The margin of the whole picture, in logits.
    full: Union[float, None]
    # Pictures that the classifier was asked about.
    passes: int
    # What is left when the concepts with the largest effects are hidden one after the other, from the one that speaks
    # most for the class. For the prediction.
    removal: List[Removal]


class Measured(_MeasuredRequired, total=False):
    # What as many random regions on the object, of the same areas, carry. For the prediction, where anything is seen.
    random: MeasuredRandom
    # How pairs of measured concepts bear on the class together. For the prediction, where two or more are measured.
    relations: List[Relation]
    # What the concepts carry of `full` less `empty`; absent where these are equal.
    share: Union[float, None]


class MeasuredChange(TypedDict):
    # After; 0 where it is no longer seen.
    after: Union[float, None]
    # In logits of the margin, before.
    before: Union[float, None]
    # After less before.
    delta: Union[float, None]


class _MeasuredDifferenceRequired(TypedDict):
    # Left less right: above 0, it speaks for the left side.
    delta: Union[float, None]


class MeasuredDifference(_MeasuredDifferenceRequired, total=False):
    # In logits of the left margin; absent where it is not measured on that side.
    left: Union[float, None]
    # In logits of the right margin; absent where it is not measured on that side.
    right: Union[float, None]


class _MeasuredEffectRequired(TypedDict):
    # Shapley value in logits of the margin: above 0, it speaks for the class.
    effect: Union[float, None]
    # The largest.
    high: Union[float, None]
    # The least effect by the fills that were tried and by chance.
    low: Union[float, None]


class MeasuredEffect(_MeasuredEffectRequired, total=False):
    # What moving it to another place in the picture takes from the margin. For the prediction.
    moved: ComparedEffect
    # Probability that a random region on the object, of the same area, has an effect as far from theirs.
    p: Union[float, None]
    # Effects of random regions on the object of the same area. For the prediction.
    random: RandomEffect


class MeasuredRandom(TypedDict):
    # Its upper end.
    high: Union[float, None]
    # Lower end of the interval that holds 95 % of such shares.
    low: Union[float, None]
    # Probability of a share as far from theirs as the concepts'.
    p: Union[float, None]
    # Their mean share.
    share: Union[float, None]


class _MistakeRequired(TypedDict):
    # The largest contribution first.
    evidence: List[Evidence]
    # Whether the reasoning network makes the same mistake.
    followed: bool
    # As the request named it.
    image: str
    # The class that the classifier predicts.
    predicted: str
    # Shares of the blame by type.
    shares: Dict[str, Union[float, None]]
    # The class that it is listed under.
    truth: str
    # The type of error; null where nothing in the graphs is to blame.
    type: Union[ErrorType, None]


class Mistake(_MistakeRequired, total=False):
    # The substitution of the seen concept that is most to blame.
    correction: Correction


class Model(TypedDict):
    # The number of classes.
    classCount: int
    # The latest layer at which TCAV is not degenerate.
    defaultLayer: str
    # Extents of the input without the batch.
    inputShape: List[int]
    # The layers at which concepts can be sought, in order.
    layers: List[Layer]
    # The handle.
    model: str
    # Its name.
    name: str
    # The arithmetic.
    precision: Literal["f32", "bf16"]
    # Of its bytes, in hexadecimal.
    sha256: str


class PairedComparison(TypedDict):
    # Two-sided, of the exact sign test (McNemar's) of agreement with the classifier.
    agreementP: Union[float, None]
    # Whether the training is better by the measure with the smaller p.
    better: bool
    # Two-sided, of Wilcoxon's signed-rank test of the squared errors of the margins.
    marginP: Union[float, None]
    # The smaller of the two, doubled (Bonferroni).
    p: Union[float, None]


class Patch(TypedDict):
    # [x, y, width, height] in pixels of the original image.
    box: List[int]
    # From the concept's centre.
    distance: Union[float, None]
    # As the request named it.
    image: str


class Prediction(TypedDict):
    # Among the model's outputs.
    index: int
    # The first synonym of the class's label.
    label: str
    # The network's output.
    logit: Union[float, None]
    # Softmax over all classes.
    probability: Union[float, None]


class Presence(TypedDict):
    # How much of the component the best patch holds; null for other concepts.
    coefficient: Union[float, None]
    # Whether the image counts as showing the concept.
    detected: bool
    # Of the best patch from the concept's centre.
    distance: Union[float, None]
    # What detection goes by: the distance from the concept's centre or, with a factorisation, how much of the component
    # a patch holds.
    measure: Literal["distance", "coefficient"]
    # What 95 % of the concept's own patches hold of it at least; null for other concepts.
    reference: Union[float, None]
    # From 0 to 1, ½ at the limit of detection; not a probability.
    score: Union[float, None]
    # The largest distance at which a patch still is the concept.
    threshold: Union[float, None]


class PresenceOdds(TypedDict):
    # Standard deviation of these distances within either kind.
    deviation: Union[float, None]
    # Images of the class that were looked at.
    images: int
    # Mean distance of the nearest patch in the class's images.
    mean: Union[float, None]
    # The same in images of the other classes.
    meanOfRivals: Union[float, None]
    # Share of the class's images that count as showing it.
    rate: Union[float, None]
    # Share of the other classes' images that do.
    rateOfRivals: Union[float, None]
    # Images of other classes that were looked at.
    rivalImages: int


class RandomEffect(TypedDict):
    # The mean.
    effect: Union[float, None]
    # Its upper end.
    high: Union[float, None]
    # Lower end of the interval that holds 95 % of them.
    low: Union[float, None]


class RandomMargin(TypedDict):
    # Its upper end.
    high: Union[float, None]
    # Lower end of the interval that holds 95 % of them.
    low: Union[float, None]
    # The mean.
    margin: Union[float, None]


class Region(TypedDict):
    # In pixels of the original image.
    box: List[int]
    # The pixels, in the frame of the network's input.
    mask: Runs


class _RelationRequired(TypedDict):
    # Whether one of the two is beyond chance among so many pairs (p < .05, corrected) and, if it is the interaction,
    # has one sign by both fills.
    beyondRandom: bool
    # `number` of a node.
    first: int
    # `number` of another.
    second: int


class Relation(_RelationRequired, total=False):
    # What they add together beyond what each adds alone (Shapley interaction index); absent for more than seven
    # concepts.
    interaction: ComparedEffect
    # What exchanging their places in the picture takes from the margin; absent where that changes nothing.
    swapped: ComparedEffect


_RemovalRequired = TypedDict(
    "_RemovalRequired",
    {
        # What the classifier now chooses of the reasoning network's classes.
        "class": "str",
        # Number of the concept that is hidden besides those before, from 1.
        "concept": "int",
        # The margin that is left, in logits.
        "margin": "Union[float, None]",
    },
)


class Removal(_RemovalRequired, total=False):
    # The margin with as many random regions on the object hidden, of the same areas. Absent where that was not asked
    # about.
    random: RandomMargin


class Runs(TypedDict):
    # Of the network's input.
    height: int
    # Lengths of pixels outside and inside by turns, row by row.
    runs: List[int]
    # Of the network's input.
    width: int


class Sensitivity(TypedDict):
    # Mean derivative of the class's logit of this image along the concept's activation vectors.
    derivative: Union[float, None]
    # Share of the vectors along which the logit rises.
    positive: Union[float, None]
    # Its standard deviation over the vectors.
    sd: Union[float, None]
    # Mean TCAV score of the concept's discovery: how important it is to the class.
    tcav: Union[float, None]


class Session(TypedDict):
    # What the daemon can do.
    capabilities: Dict[str, Any]
    # The version of this contract.
    protocolVersion: str
    # Who answers.
    serverInfo: SessionServerInfo


class SessionServerInfo(TypedDict):
    # "vrxd".
    name: str
    # The daemon's version.
    version: str


class SkippedImage(TypedDict):
    # As the request named it.
    image: str
    # What was wrong with it.
    reason: str


class Status(TypedDict):
    # Bytes of these.
    bytes: int
    # Classes with concepts.
    classes: int
    # Concepts in the bank.
    concepts: int
    # Bytes of the workspace's file.
    fileBytes: int
    # Trained reasoning networks.
    graphModels: int
    # Stages answered from what was stored.
    hits: int
    # In a workspace images ever read, else images that the concepts' patches come from.
    images: int
    # Networks that are loaded.
    loadedModels: int
    # Seconds that a write to the workspace waited at most for another daemon's.
    longestLockWait: Union[float, None]
    # Bytes of these in memory.
    memoryBytes: int
    # Stages computed.
    misses: int
    # Networks that are known: in the workspace where one is open, else in memory.
    models: int
    # Names that people gave to concepts.
    names: int
    # Results that can be computed again.
    stages: int
    # The workspace's file.
    workspace: Union[str, None]
    # Bytes that these results may take in it.
    workspaceBytes: Union[int, None]


class _TensorRequired(TypedDict):
    # 32-bit floats, little-endian, row-major.
    dtype: Literal["f32", "f32le"]
    # Extents.
    shape: List[int]


class Tensor(_TensorRequired, total=False):
    # The numbers' bytes, inline.
    base64: str
    # The byte of the file at which they begin; 0 where absent.
    offset: int
    # A file that holds them, in a folder of the session's own.
    path: str


class TrainOptions(TypedDict, total=False):
    # Images in a step; their masked variants come with them.
    batch_size: int
    # Fits of each kind of control beside the training's own, to show that its fidelity means something; may be 0.
    controls: int
    # Further decay of the weights by which a class's graph acts on other classes' scores; may be 0. From 1 /
    # learningRate on it does not act on them, and only a class's own graph speaks for or against it.
    cross_graph_decay: float
    # Every entry of the embedding of a concept that is not detected.
    dummy_value: float
    # Edge width of every layer.
    edge_width: int
    # Weight of the loss that makes concepts contribute what the classifier loses when they are masked; may be 0.
    effect_weight: float
    # Standard deviation of the noise that is added to standardised embeddings while fitting; may be 0.
    embedding_noise: float
    # Share of a node's pixels that must be masked for it to count as not detected.
    hidden_share: float
    # Share of the images held out of fitting: half decide when to stop, half measure fidelity.
    holdout: float
    # Adam's step size.
    learning_rate: float
    # The distillation loss.
    loss: Literal["l1NormalisedMSE", "standardisedMSE", "marginMSE", "crossEntropy"]
    # Variants with masked concepts that are added for each image.
    masked_variants: int
    # Most passes over the graphs.
    max_epochs: int
    # Most images of a class that are used.
    max_images_per_class: int
    # Concepts of the class that is predicted for an image whose effects are measured on the classifier, for the network
    # to contribute the same; masked variants are then blurred as well, and not grey. May be 0.
    measured_concepts: int
    # Further decay of the weights of messages between concepts, so that a concept's contribution contains little of its
    # neighbours'; may be 0.
    message_decay: float
    # Node widths of the layers.
    node_widths: List[int]
    # Training stops after this many passes without a better held-out loss.
    patience: int
    # Whether the network uses relations of concepts; without them it uses neither relations nor the places of concepts.
    relations: bool
    # Decides everything random.
    seed: int
    # Where the weights start: random, or in the first layer from a ridge regression of the targets on the nodes.
    start: Literal["random", "ridge"]
    # Share of the weights' running average that each step keeps; the average is what is used.
    weight_averaging: float
    # Decoupled weight decay; below 1 / learningRate.
    weight_decay: float


class _TrainingRequired(TypedDict):
    # Its classes' labels.
    classes: List[str]
    # Fidelity without something that the network should need; empty where the option `controls` is 0.
    controls: List[TrainingControl]
    # What it means that controls are not clearly beaten, for people; empty where all are beaten.
    doubts: List[str]
    # Number of passes.
    epochs: int
    # How well it agrees with the classifier.
    fidelity: GraphFidelityObject
    # The reasoning network's handle.
    graphModel: str
    # By pass.
    history: List[Epoch]
    # The distillation loss.
    loss: str
    # Notes for people.
    notes: List[str]
    # Whether it is the result of an earlier, equal request.
    reused: bool
    # Seconds by stage.
    seconds: SecondsByStage
    # Images that could not be used.
    skipped: List[SkippedImage]


class Training(_TrainingRequired, total=False):
    # Predicts the measured effects of concepts from what removing them in the layer takes; missing where none were
    # measured.
    effects: EffectModel
    # All options of the training; missing where unknown.
    options: TrainOptions


class TrainingControl(TypedDict):
    # Whether the training is better, with p below 0.01.
    clearlyBeaten: bool
    # Of the control, on the training's held-out images as they are.
    heldOut: Fidelity
    # What was removed: each image's own outputs of the classifier, the geometry of its edges, its concepts, which
    # random patches of the image replace, or, in an evaluation, all relations.
    kind: Literal["shuffledTargets", "shuffledEdges", "randomConcepts", "nodesOnly"]
    # On the same images with concepts masked.
    masked: Fidelity
    # Of the training against the control on held-out images as they are.
    p: Union[float, None]
    # Fits whose mean the fidelities are.
    refits: int
    # Paired by image.
    tests: TrainingControlTests


class TrainingControlTests(TypedDict):
    # On held-out images as they are.
    heldOut: PairedComparison
    # On the same images with concepts masked.
    masked: PairedComparison


class _VerificationRequired(TypedDict):
    # Whether the margin changes against the contribution's sign, as it should.
    agrees: bool
    # Change of the class's logit.
    logitChange: Union[float, None]
    # Change of the class's logit less the mean logit of the reasoning network's other classes.
    marginChange: Union[float, None]


class Verification(_VerificationRequired, total=False):
    # The margin's change less its mean over the random patches.
    effect: Union[float, None]
    # Change of the margin with another image's patch of the same concept in its place, which should be small.
    exemplarChange: Union[float, None]
    # The effect's 95 % interval.
    interval: List[Union[float, None]]
    # Of the hypothesis that the concept has the effect of a random patch.
    p: Union[float, None]
    # The controls.
    random: VerificationRandom
    # Whether the effect has the contribution's sign; undecided where random patches have the effect as well. With
    # controls.
    verdict: Literal["confirmed", "contradicted", "undecided"]


class VerificationRandom(TypedDict):
    # Mean change of the margin by these.
    mean: Union[float, None]
    # Random patches of the same shape.
    patches: int
    # Its standard deviation.
    sd: Union[float, None]


class VrxRenderResult(TypedDict, total=False):
    # The picture or page, where no path was given.
    base64: str
    # The written file, where a path was given.
    path: str


class VrxReportResult(TypedDict):
    # The page.
    path: str
    # The pictures, by image.
    pictures: List[str]
    # Seconds it took.
    seconds: Union[float, None]
    # Images that could not be used.
    skipped: List[SkippedImage]


ClassName = Union[int, str]
ErrorType = Literal["conceptConfusion", "falseDetection", "unseenVariance"]
Image = Union[str, ImageObject]
SecondsByStage = Dict[str, Union[float, None]]
