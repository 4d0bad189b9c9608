"""Parameters and results as they are on the wire.

Made by generate_types.py from protocol/openrpc.json: do not edit.
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, TypedDict, Union

__all__ = [
    "Bank",
    "BankExportParams",
    "BankImportParams",
    "Change",
    "ClassExplanation",
    "ClassExplanationOtherGraphs",
    "ClassName",
    "Classification",
    "ClientActivations",
    "ClientGradients",
    "ClientModelActivationsParams",
    "ClientModelGradientsParams",
    "CompareParameters",
    "CompareParametersLeft",
    "CompareParametersRight",
    "ComparedSide",
    "Comparison",
    "ComparisonRemainder",
    "Concept",
    "ConceptGetParams",
    "ConceptGraph",
    "ConceptListParams",
    "ConceptListResult",
    "ConceptMergeParams",
    "ConceptRemoveParams",
    "ConceptRemoveResult",
    "ConceptRenameParams",
    "ConceptScore",
    "ConceptScoreParams",
    "ConceptScorePlaceObject",
    "ConceptScoreResult",
    "ConceptScores",
    "Correction",
    "Diagnosis",
    "DiagnosisConfusion",
    "Difference",
    "DifferenceDetected",
    "DifferenceEdge",
    "DiscoverOptions",
    "Discovery",
    "DiscoveryReused",
    "Edge",
    "Epoch",
    "ErrorType",
    "EvaluateOptions",
    "Evaluation",
    "EvaluationCurve",
    "EvaluationMeasure",
    "EvaluationVerdict",
    "Evidence",
    "ExplainParameters",
    "ExplainedEdge",
    "ExplainedNode",
    "Explanation",
    "ExplanationGraphPrediction",
    "ExplanationGraphPredictionClasses",
    "ExplanationPrediction",
    "ExplanationPredictionClasses",
    "Fidelity",
    "Graph",
    "GraphBindParams",
    "GraphDetails",
    "GraphDetailsFidelityObject",
    "GraphDetailsNodes",
    "GraphDetailsNodesConcepts",
    "GraphFidelityObject",
    "GraphGetParams",
    "GraphListParams",
    "GraphListResult",
    "GraphRunParams",
    "GraphRunResult",
    "Image",
    "ImageObject",
    "Importance",
    "InitializeParams",
    "InitializeParamsCapabilities",
    "InitializeParamsCapabilitiesWindow",
    "InitializeParamsInitializationOptions",
    "InterveneParameters",
    "InterveneParametersEdits",
    "Intervention",
    "Layer",
    "LocalFidelity",
    "Mistake",
    "Model",
    "ModelAttachParams",
    "ModelAttachParamsLayers",
    "ModelAttachParamsPreprocessing",
    "ModelClassifyParams",
    "ModelClassifyResult",
    "ModelListResult",
    "ModelLoadParams",
    "ModelLoadParamsPreprocessing",
    "ModelUnloadParams",
    "ModelUnloadResult",
    "Node",
    "PairedComparison",
    "Patch",
    "Prediction",
    "Presence",
    "SecondsByStage",
    "Sensitivity",
    "Session",
    "SessionServerInfo",
    "SkippedImage",
    "Status",
    "Tensor",
    "TrainOptions",
    "Training",
    "TrainingControl",
    "TrainingControlTests",
    "TrainingFidelity",
    "Verification",
    "VerificationRandom",
    "VrxCompareParams",
    "VrxCompareParamsLeft",
    "VrxCompareParamsRight",
    "VrxDiagnoseParams",
    "VrxDiscoverParams",
    "VrxEvaluateParams",
    "VrxExplainParams",
    "VrxInterveneParams",
    "VrxInterveneParamsEdits",
    "VrxMatchParams",
    "VrxMatchResult",
    "VrxRenderParams",
    "VrxRenderResult",
    "VrxReportParams",
    "VrxReportResult",
    "VrxTrainParams",
]


class Session(TypedDict):
    """Session."""

    # What the daemon can do.
    capabilities: Dict[str, Any]
    # The version of this contract.
    protocolVersion: str
    # Who answers.
    serverInfo: SessionServerInfo


class SessionServerInfo(TypedDict):
    """Who answers."""

    # "vrxd".
    name: str
    # The daemon's version.
    version: str


class Model(TypedDict):
    """Model."""

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
    # What it is called.
    name: str
    # The arithmetic.
    precision: Literal["f32", "bf16"]
    # Of its bytes, in hexadecimal.
    sha256: str


class Layer(TypedDict):
    """Layer."""

    # Its name.
    name: str
    # The ONNX operator.
    operator: str
    # Extents of its activations without the batch.
    shape: List[int]


class ModelListResult(TypedDict):
    """Model list result."""

    # In order of loading.
    models: List[Model]


class ModelUnloadResult(TypedDict):
    """Model unload result."""


class ModelClassifyResult(TypedDict):
    """Model classify result."""

    # By image; those that cannot be read are left out.
    results: List[Classification]
    # Images that could not be used.
    skipped: List[SkippedImage]


class Classification(TypedDict):
    """Classification."""

    # As the request named it.
    image: str
    # Most probable first.
    predictions: List[Prediction]


class Prediction(TypedDict):
    """Prediction."""

    # Among the model's outputs.
    index: int
    # The first synonym of the class's label.
    label: str
    # The network's output.
    logit: Union[float, None]
    # Softmax over all classes.
    probability: Union[float, None]


class SkippedImage(TypedDict):
    """Skipped image."""

    # As the request named it.
    image: str
    # What was wrong with it.
    reason: str


_DiscoveryRequired = TypedDict(
    "_DiscoveryRequired",
    {
        # The class's label.
        "class": "str",
        # The class's index.
        "classIndex": "int",
        # By rank.
        "concepts": "List[Concept]",
        # Whether TCAV says nothing at this layer.
        "degenerateLayer": "bool",
        # Photographs used.
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


class Discovery(_DiscoveryRequired):
    """Discovery."""


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


class Concept(_ConceptRequired):
    """Concept."""


class Patch(TypedDict):
    """Patch."""

    # [x, y, width, height] in pixels of the original image.
    box: List[int]
    # From the concept's centre.
    distance: Union[float, None]
    # As the request named it.
    image: str


class Importance(TypedDict):
    """Importance."""

    # [low, high]: holds the mean over all random sets there could be with a probability of 95 %; null for fewer than two sets.
    confidenceInterval: Union[List[Union[float, None]], None]
    # p of the measure, corrected over the candidates: what counts as significant goes by it.
    correctedP: Union[float, None]
    # What p was corrected by.
    correction: Union[Literal["bonferroni", "holm", "benjaminiHochberg"], None]
    # The graded measure that ranks concepts where TCAV is degenerate.
    effect: Union[float, None]
    # Mean TCAV score.
    mean: Union[float, None]
    # What the concept was judged by: TCAV scores, or mean derivatives where those all agree; null where it was not tested.
    measure: Union[Literal["scores", "derivatives"], None]
    # Of the two-sided t-test against random concepts.
    p: Union[float, None]
    # Scores that the mean is of.
    randomSets: int
    # Standard deviation over the random sets.
    sd: Union[float, None]
    # Candidates that p was corrected for.
    tests: Union[int, None]


class DiscoveryReused(TypedDict):
    """What was not computed again."""

    # Embeddings that were known.
    embeddings: int
    # Photographs whose segments were known.
    segments: int
    # Whether an equal request was answered before: nothing was computed.
    whole: bool


class VrxMatchResult(TypedDict):
    """Vrx match result."""

    # By image, then class.
    graphs: List[ConceptGraph]
    # Images that could not be used.
    skipped: List[SkippedImage]


_ConceptGraphRequired = TypedDict(
    "_ConceptGraphRequired",
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


class ConceptGraph(_ConceptGraphRequired):
    """Concept graph."""


_EdgeRequired = TypedDict(
    "_EdgeRequired",
    {
        # (x, y) of the source, then of the target.
        "feature": "List[Union[float, None]]",
        # Position of the source among the nodes, from 0.
        "from": "int",
        # Position of the target among the nodes, from 0.
        "to": "int",
    },
)


class Edge(_EdgeRequired):
    """Edge."""


class Node(TypedDict):
    """Node."""

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


class Training(TypedDict):
    """Training."""

    # Its classes' labels.
    classes: List[str]
    # What is left of fidelity without what the network should have learnt by; empty where the option `controls` is 0.
    controls: List[TrainingControl]
    # What it means that controls are not clearly beaten, for people; empty where all are.
    doubts: List[str]
    # Passes made.
    epochs: int
    # How well it agrees with the classifier.
    fidelity: TrainingFidelity
    # The reasoning network's handle.
    graphModel: str
    # By pass.
    history: List[Epoch]
    # The distillation loss used.
    loss: str
    # Remarks for people.
    notes: List[str]
    # Whether it is the result of an earlier, equal request.
    reused: bool
    # Seconds by stage.
    seconds: SecondsByStage
    # Images that could not be used.
    skipped: List[SkippedImage]


class TrainingControl(TypedDict):
    """Training control."""

    # Whether the training is better, with p below 0.01.
    clearlyBeaten: bool
    # Of the control, on the training's held-out images as they are.
    heldOut: Fidelity
    # What was taken away: each image's own outputs of the classifier, the geometry of its edges, its concepts, for which random patches of the image stand, or, in an evaluation, all relations.
    kind: Literal["shuffledTargets", "shuffledEdges", "randomConcepts", "nodesOnly"]
    # On the same images with concepts masked.
    masked: Fidelity
    # Of the training against the control on held-out images as they are.
    p: Union[float, None]
    # Fits whose mean the fidelities are.
    refits: int
    # Paired by image.
    tests: TrainingControlTests


class Fidelity(TypedDict):
    """Fidelity."""

    # Images it was measured on.
    images: int
    # Mean squared error of the normalised margins.
    mse: Union[float, None]
    # Rank correlation of the margins: outputs less their mean over the classes.
    spearman: Union[float, None]
    # Share of images on which both choose the same class.
    top1Agreement: Union[float, None]


class TrainingControlTests(TypedDict):
    """Paired by image."""

    # On held-out images as they are.
    heldOut: PairedComparison
    # On the same images with concepts masked.
    masked: PairedComparison


class PairedComparison(TypedDict):
    """Paired comparison."""

    # Two-sided, of the exact sign test (McNemar's) of agreement with the classifier.
    agreementP: Union[float, None]
    # Whether the training is the better one in what the smaller p is of.
    better: bool
    # Two-sided, of Wilcoxon's signed-rank test of the squared errors of the margins.
    marginP: Union[float, None]
    # The smaller of the two, doubled because it is chosen.
    p: Union[float, None]


class TrainingFidelity(TypedDict):
    """How well it agrees with the classifier."""

    # On held-out images as they are.
    heldOut: Fidelity
    # On held-out images with concepts masked.
    masked: Fidelity


class Epoch(TypedDict):
    """Epoch."""

    # From 1.
    epoch: int
    # On the images held out.
    heldOutLoss: Union[float, None]
    # On the images fitted.
    loss: Union[float, None]


class Explanation(TypedDict):
    """Explanation."""

    # Exactly one "why", first; then a "whyNot" per other class.
    explanations: List[ClassExplanation]
    # Of the reasoning network on held-out images.
    fidelity: Fidelity
    # The reasoning network's handle.
    graphModel: str
    # What the reasoning network says.
    graphPrediction: ExplanationGraphPrediction
    # As the request named it.
    image: str
    # Of the reasoning network on this image.
    localFidelity: LocalFidelity
    # The network's handle.
    model: str
    # What the classifier says.
    prediction: ExplanationPrediction
    # Plain English, built from the numbers.
    summary: str


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
        # "why" for the classifier's own choice among the classes.
        "role": 'Literal["why", "whyNot"]',
        # The reasoning network's output: the sum of all contributions and the bias.
        "score": "Union[float, None]",
    },
)


class ClassExplanation(_ClassExplanationRequired):
    """Class explanation."""


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


_ExplainedEdgeOptional = TypedDict(
    "_ExplainedEdgeOptional",
    {
        # What the classifier itself says when the source is moved elsewhere; on request, for the strongest relations of concepts that are seen.
        "verified": "Verification",
    }, total=False,
)


class ExplainedEdge(_ExplainedEdgeRequired, _ExplainedEdgeOptional):
    """Explained edge."""


class _VerificationRequired(TypedDict):
    # Whether the signs of contribution and margin's change agree with each other.
    agrees: bool
    # Change of the class's logit.
    logitChange: Union[float, None]
    # Change of the class's logit less the mean logit of the graph's other classes.
    marginChange: Union[float, None]


class _VerificationOptional(TypedDict, total=False):
    # The margin's change less its mean over the random patches.
    effect: Union[float, None]
    # Change of the margin with another image's patch of the same concept in its place: a good patch for a good one.
    exemplarChange: Union[float, None]
    # The effect's 95 % interval.
    interval: List[Union[float, None]]
    # That the concept is as any random patch.
    p: Union[float, None]
    # The controls.
    random: VerificationRandom
    # Whether the effect has the sign that the contribution claims; undecided where random patches have it as well. With controls.
    verdict: Literal["confirmed", "contradicted", "undecided"]


class Verification(_VerificationRequired, _VerificationOptional):
    """Verification."""


class VerificationRandom(TypedDict):
    """The controls."""

    # Mean change of the margin by these.
    mean: Union[float, None]
    # Random patches of the same shape.
    patches: int
    # Its standard deviation.
    sd: Union[float, None]


class _ExplainedNodeRequired(TypedDict):
    # Of the patch; null where not detected.
    box: Union[List[int], None]
    # Of the patch; null where not detected.
    center: Union[List[float], None]
    # The concept's id.
    concept: str
    # What it adds to the class's score.
    contribution: Union[float, None]
    # Whether a patch is near enough.
    detected: bool
    # Of the nearest patch.
    distance: Union[float, None]
    # What the reasoning network foretells masking it to take from the class's margin over the other classes, shared out with the concepts that overlap it (Shapley value); null where there is nothing to mask.
    maskingValue: Union[Union[float, None], None]
    # The concept's name.
    name: str
    # Its rank, from 1: the number in pictures.
    number: int


class _ExplainedNodeOptional(TypedDict, total=False):
    # What the classifier itself says when the concept is masked; on request, where there is something to mask.
    verified: Verification


class ExplainedNode(_ExplainedNodeRequired, _ExplainedNodeOptional):
    """Explained node."""


_ClassExplanationOtherGraphsRequired = TypedDict(
    "_ClassExplanationOtherGraphsRequired",
    {
        # The other class.
        "class": "str",
        # What its graph adds.
        "contribution": "Union[float, None]",
    },
)


class ClassExplanationOtherGraphs(_ClassExplanationOtherGraphsRequired):
    """Class explanation other graphs."""


_ExplanationGraphPredictionRequired = TypedDict(
    "_ExplanationGraphPredictionRequired",
    {
        # Its choice.
        "class": "str",
        # The graph's classes.
        "classes": "List[ExplanationGraphPredictionClasses]",
    },
)


class ExplanationGraphPrediction(_ExplanationGraphPredictionRequired):
    """What the reasoning network says."""


_ExplanationGraphPredictionClassesRequired = TypedDict(
    "_ExplanationGraphPredictionClassesRequired",
    {
        # The label.
        "class": "str",
        # The output.
        "score": "Union[float, None]",
    },
)


class ExplanationGraphPredictionClasses(_ExplanationGraphPredictionClassesRequired):
    """Explanation graph prediction classes."""


class _LocalFidelityRequired(TypedDict):
    # The reasons, as sentences.
    cautions: List[str]
    # Whether there is reason not to believe the explanation of this image.
    low: bool


class _LocalFidelityOptional(TypedDict, total=False):
    # Of the margins' changes from the image to the masked pictures, the graph's with the classifier's.
    correlation: Union[Union[float, None], None]
    # The image and pictures of it with a concept masked. With verification.
    pictures: int
    # Share of these for which graph and classifier agree.
    top1Agreement: Union[float, None]


class LocalFidelity(_LocalFidelityRequired, _LocalFidelityOptional):
    """Local fidelity."""


_ExplanationPredictionRequired = TypedDict(
    "_ExplanationPredictionRequired",
    {
        # Its choice among these classes.
        "class": "str",
        # The graph's classes.
        "classes": "List[ExplanationPredictionClasses]",
    },
)


class ExplanationPrediction(_ExplanationPredictionRequired):
    """What the classifier says."""


_ExplanationPredictionClassesRequired = TypedDict(
    "_ExplanationPredictionClassesRequired",
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


class ExplanationPredictionClasses(_ExplanationPredictionClassesRequired):
    """Explanation prediction classes."""


class Comparison(TypedDict):
    """Comparison."""

    # Concepts and relations, the largest difference first.
    differences: List[Difference]
    # The one side.
    left: ComparedSide
    # What other graphs and the bias add: with the differences it makes up the scores.
    remainder: ComparisonRemainder
    # The other side.
    right: ComparedSide
    # Plain English, built from the numbers.
    summary: str


_DifferenceRequired = TypedDict(
    "_DifferenceRequired",
    {
        # The class whose graph it is of.
        "class": "str",
        # Left less right.
        "delta": "Union[float, None]",
        # Whether it is seen; for a relation, both its ends. Null where the side has no such part.
        "detected": "DifferenceDetected",
        # What it adds to the left score; null where that side has no such part.
        "left": "Union[float, None]",
        # What people call it.
        "name": "str",
        # What it adds to the right score; null where that side has no such part.
        "right": "Union[float, None]",
    },
)


_DifferenceOptional = TypedDict(
    "_DifferenceOptional",
    {
        # The concept's id, for a concept.
        "concept": "str",
        # The concepts, for a relation.
        "edge": "DifferenceEdge",
    }, total=False,
)


class Difference(_DifferenceRequired, _DifferenceOptional):
    """Difference."""


class DifferenceDetected(TypedDict):
    """Whether it is seen; for a relation, both its ends. Null where the side has no such part."""

    # On the left side.
    left: Union[bool, None]
    # On the right side.
    right: Union[bool, None]


_DifferenceEdgeRequired = TypedDict(
    "_DifferenceEdgeRequired",
    {
        # The source concept's id.
        "from": "str",
        # The target concept's id.
        "to": "str",
    },
)


class DifferenceEdge(_DifferenceEdgeRequired):
    """The concepts, for a relation."""


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


class ComparedSide(_ComparedSideRequired):
    """Compared side."""


class ComparisonRemainder(TypedDict):
    """What other graphs and the bias add: with the differences it makes up the scores."""

    # Left less right.
    delta: Union[float, None]
    # Of the left score.
    left: Union[float, None]
    # Of the right score.
    right: Union[float, None]


class Intervention(TypedDict):
    """Intervention."""

    # The explanation of the edited picture; concepts that no edit touches are taken where they were, unless rematch was asked for.
    after: Explanation
    # The explanation of the image as it is.
    before: Explanation
    # In the edited classes' graphs, the largest first.
    changes: List[Change]
    # The edited picture, of the original's size: a PNG file in base64.
    image: str
    # Share of the change that lies in what was edited and its relations.
    locality: Union[float, None]
    # Plain English, built from the numbers.
    summary: str


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
        # Whether the edits hide its patch or lie on it, or put there what is first seen as it; or it is a relation of such a concept.
        "edited": "bool",
        # Number of the concept, or of the relation's source, from 1.
        "from": "int",
        # The concept's name, or those of a relation's ends.
        "name": "str",
        # Number of the relation's target; null for a concept.
        "to": "Union[int, None]",
    },
)


class Change(_ChangeRequired):
    """Change."""


class Diagnosis(TypedDict):
    """Diagnosis."""

    # What is taken for what.
    confusion: DiagnosisConfusion
    # The wrong decisions.
    errors: List[Mistake]
    # The reasoning network's handle.
    graphModel: str
    # Images that could not be used.
    skipped: List[SkippedImage]
    # What to add to the training data, most pressing first.
    suggestions: List[str]
    # Plain English, built from the numbers.
    summary: str


class DiagnosisConfusion(TypedDict):
    """What is taken for what."""

    # The classes' labels.
    classes: List[str]
    # Images by true class, then by chosen class.
    counts: List[List[int]]


class _MistakeRequired(TypedDict):
    # What is most to blame, first.
    evidence: List[Evidence]
    # Whether the reasoning network makes the same mistake.
    followed: bool
    # As the request named it.
    image: str
    # The class that the classifier chose.
    predicted: str
    # Shares of the blame by type.
    shares: Dict[str, Union[float, None]]
    # The class that it is listed under.
    truth: str
    # What it is put down to; null where nothing in the graphs is to blame.
    type: Union[ErrorType, None]


class _MistakeOptional(TypedDict, total=False):
    # The substitution of the concept most to blame of those seen.
    correction: Correction


class Mistake(_MistakeRequired, _MistakeOptional):
    """Mistake."""


class Correction(TypedDict):
    """Correction."""

    # The concept of the true class whose exemplar took its place.
    by: str
    # Whether the classifier then chose the true class.
    corrects: bool
    # Of the true class's logit less the predicted one's.
    marginChange: Union[float, None]
    # Whether a random patch at the same place corrects it as well.
    randomCorrects: bool
    # The concept whose patch was replaced.
    replaced: str


_EvidenceRequired = TypedDict(
    "_EvidenceRequired",
    {
        # The class whose graph it is of.
        "class": "str",
        # What it adds to the predicted class's score less the true one's.
        "contribution": "Union[float, None]",
        # Whether the concept, or both of a relation's ends, are seen.
        "detected": "bool",
        # The concept's name, or those of a relation's ends.
        "name": "str",
        # The type of error that it speaks for.
        "type": "ErrorType",
    },
)


class Evidence(_EvidenceRequired):
    """Evidence."""


class _EvaluationRequired(TypedDict):
    # Their labels.
    classes: List[str]
    # Of each run, measured on the held-out images.
    controls: List[List[TrainingControl]]
    # What becomes of the class as concepts are masked and put back.
    curves: List[EvaluationCurve]
    # Images that were fitted on, by class.
    fitted: Dict[str, int]
    # Images that nothing was fitted on, by class.
    heldOut: Dict[str, List[str]]
    # The layer at which concepts were sought.
    layer: str
    # With their spread over the runs.
    measures: List[EvaluationMeasure]
    # The network's handle.
    model: str
    # What it is called.
    name: str
    # Remarks for people.
    notes: List[str]
    # Seconds by stage, all runs together.
    seconds: SecondsByStage
    # Of the runs.
    seeds: List[int]
    # Images that could not be used.
    skipped: List[SkippedImage]
    # Plain English, built from the numbers.
    summary: str
    # One per threshold that was asked for.
    verdicts: List[EvaluationVerdict]


class _EvaluationOptional(TypedDict, total=False):
    # The page, where one was asked for.
    path: str


class Evaluation(_EvaluationRequired, _EvaluationOptional):
    """Evaluation."""


class EvaluationCurve(TypedDict):
    """Evaluation curve."""

    # Whether concepts are masked one after another, or put back.
    kind: Literal["deletion", "insertion"]
    # Half the width of the mean's 95 % interval.
    margin: List[Union[float, None]]
    # The mean over images and runs.
    mean: List[Union[float, None]]
    # What is followed: the class's probability among the classes, or its logit less the mean of the other classes'.
    measure: Literal["probability", "margin"]
    # In which order: as the graph network foretells masking (Shapley values), by contribution, by what masking each alone does to the classifier, by the TCAV of plain ACE, the largest first, at random.
    order: Literal["foretold", "contribution", "verified", "ace", "largest", "random"]
    # Shares of the concepts, from 0 to 1.
    places: List[Union[float, None]]


class EvaluationMeasure(TypedDict):
    """Evaluation measure."""

    # Which way is better.
    better: Literal["higher", "lower"]
    # [low, high]: holds what the share would be over all images like these with a probability of 95 %.
    confidenceInterval: Union[List[Union[float, None]], None]
    # Images, nodes or edits that a value is of, in the run with the fewest.
    count: int
    # What it is measured with.
    group: Literal["completeness", "fidelity", "controls", "relations", "signs", "locality", "curves", "stability", "sanity"]
    # Over the runs.
    mean: Union[float, None]
    # Its name, also in `thresholds`.
    name: str
    # The largest over the runs, of tests that are paired by image; null where nothing is tested.
    p: Union[float, None]
    # Standard deviation over the runs; null for one.
    sd: Union[float, None]
    # Whether it is a share, told in percent.
    share: bool
    # What it is, for people.
    title: str
    # One per run; of measures over pairs of runs, one per pair.
    values: List[Union[float, None]]


class EvaluationVerdict(TypedDict):
    """Evaluation verdict."""

    # Its name.
    measure: str
    # Whether it is as good or better.
    met: bool
    # What was asked.
    threshold: Union[float, None]
    # Its mean; null where it could not be measured.
    value: Union[float, None]


class VrxRenderResult(TypedDict, total=False):
    """Vrx render result."""

    # The picture or page, where no path was given.
    base64: str
    # The file written, where a path was given.
    path: str


class VrxReportResult(TypedDict):
    """Vrx report result."""

    # The page.
    path: str
    # The pictures, by image.
    pictures: List[str]
    # Seconds it took.
    seconds: Union[float, None]
    # Images that could not be used.
    skipped: List[SkippedImage]


class ConceptListResult(TypedDict):
    """Concept list result."""

    # By class and rank.
    concepts: List[Concept]


class ConceptScoreResult(TypedDict):
    """Concept score result."""

    # By image, then class.
    scores: List[ConceptScores]
    # Images that could not be used.
    skipped: List[SkippedImage]


_ConceptScoresRequired = TypedDict(
    "_ConceptScoresRequired",
    {
        # The class's label.
        "class": "str",
        # By rank.
        "concepts": "List[ConceptScore]",
        # As the request named it.
        "image": "str",
    },
)


class ConceptScores(_ConceptScoresRequired):
    """Concept scores."""


class ConceptScore(TypedDict):
    """Concept score."""

    # The concept's id.
    concept: str
    # How much the class's logit depends on it, here and as a rule.
    importance: Sensitivity
    # What people call it.
    name: str
    # Where its best patch is, detected or not; null where the image has no patch.
    place: Union[ConceptScorePlaceObject, None]
    # How present it is in the image.
    presence: Presence
    # 1 for the most important to the class.
    rank: int


class Sensitivity(TypedDict):
    """Sensitivity."""

    # Mean derivative of the class's logit of this image along the concept's activation vectors.
    derivative: Union[float, None]
    # Share of the vectors along which the logit rises.
    positive: Union[float, None]
    # Its standard deviation over the vectors.
    sd: Union[float, None]
    # Mean TCAV score of the concept's discovery: how important it is to the class.
    tcav: Union[float, None]


class ConceptScorePlaceObject(TypedDict):
    """Concept score place object."""

    # Its box.
    box: List[int]
    # Its centre.
    center: List[float]


class Presence(TypedDict):
    """Presence."""

    # How much of the component the best patch holds; null of other concepts.
    coefficient: Union[float, None]
    # Whether the image counts as showing the concept.
    detected: bool
    # Of the best patch from the concept's centre.
    distance: Union[float, None]
    # What it goes by: the distance from the concept's centre, or of a non-negative component how much of it a patch holds.
    measure: Literal["distance", "coefficient"]
    # How much of it all but 5 % of the concept's own patches hold; null of other concepts.
    reference: Union[float, None]
    # From 0 to 1, ½ at the limit of detection; no probability.
    score: Union[float, None]
    # The largest distance at which a patch still is the concept.
    threshold: Union[float, None]


class ConceptRemoveResult(TypedDict):
    """Concept remove result."""


class Bank(TypedDict):
    """Bank."""

    # Classes in it.
    classes: int
    # Concepts in them.
    concepts: int
    # Handles of the reasoning networks in it.
    graphModels: List[str]
    # The file.
    path: str


class GraphListResult(TypedDict):
    """Graph list result."""

    # In order of making.
    graphs: List[Graph]


class Graph(TypedDict):
    """Graph."""

    # Labels of its outputs.
    classes: List[str]
    # Nodes of a class's graph.
    concepts: int
    # When it was made, by ISO 8601; null where that is not known.
    created: Union[str, None]
    # Numbers of a node's embedding.
    embeddingWidth: int
    # Passes of its training.
    epochs: int
    # How well it agrees with the network; null where that was never measured.
    fidelity: Union[GraphFidelityObject, None]
    # Its handle.
    graphModel: str
    # The layer of its concepts.
    layer: Union[str, None]
    # The distillation loss; empty where it is not known.
    loss: str
    # Handle of the network that it explains; null where it belongs to none.
    model: Union[str, None]
    # What that network is called.
    modelName: Union[str, None]
    # Where its weights come from: vrx/train, or a published checkpoint.
    origin: Literal["trained", "published"]


class GraphFidelityObject(TypedDict):
    """Graph fidelity object."""

    # On held-out images as they are.
    heldOut: Fidelity
    # On held-out images with concepts masked.
    masked: Fidelity


class GraphDetails(TypedDict):
    """Graph details."""

    # Labels of its outputs.
    classes: List[str]
    # Nodes of a class's graph.
    concepts: int
    # When it was made, by ISO 8601; null where that is not known.
    created: Union[str, None]
    # Every entry of the embedding that stands for a concept that is not there.
    dummyValue: Union[float, None]
    # Edge width of its layers.
    edgeWidth: int
    # Numbers of a node's embedding.
    embeddingWidth: int
    # Passes of its training.
    epochs: int
    # How well it agrees with the network; null where that was never measured.
    fidelity: Union[GraphDetailsFidelityObject, None]
    # Its handle.
    graphModel: str
    # The layer of its concepts.
    layer: Union[str, None]
    # The distillation loss; empty where it is not known.
    loss: str
    # Handle of the network that it explains; null where it belongs to none.
    model: Union[str, None]
    # What that network is called.
    modelName: Union[str, None]
    # Node widths of its layers.
    nodeWidths: List[int]
    # By class.
    nodes: List[GraphDetailsNodes]
    # Remarks for people.
    notes: List[str]
    # Where its weights come from: vrx/train, or a published checkpoint.
    origin: Literal["trained", "published"]
    # The result of vrx/train, or of graph/bind, with the history; null where nothing is known of it.
    training: Union[Training, None]


class GraphDetailsFidelityObject(TypedDict):
    """Graph details fidelity object."""

    # On held-out images as they are.
    heldOut: Fidelity
    # On held-out images with concepts masked.
    masked: Fidelity


_GraphDetailsNodesRequired = TypedDict(
    "_GraphDetailsNodesRequired",
    {
        # The class's label.
        "class": "str",
        # That of each node.
        "concepts": "List[GraphDetailsNodesConcepts]",
    },
)


class GraphDetailsNodes(_GraphDetailsNodesRequired):
    """Graph details nodes."""


class GraphDetailsNodesConcepts(TypedDict):
    """Graph details nodes concepts."""

    # The concept's id.
    id: str
    # Its name.
    name: str


class GraphRunResult(TypedDict):
    """Graph run result."""

    # [images, classes · (N · node width + N (N − 1) · edge width)]: of each class its nodes, then its edges by source and target.
    embedding: Tensor
    # [images, classes].
    outputs: Tensor


class _TensorRequired(TypedDict):
    # 32-bit floats, little-endian, row-major.
    dtype: Literal["f32", "f32le"]
    # Extents.
    shape: List[int]


class _TensorOptional(TypedDict, total=False):
    # The numbers' bytes, inline.
    base64: str
    # The byte of the file at which they begin; 0 where absent.
    offset: int
    # A file that holds them, in a folder of the session's own.
    path: str


class Tensor(_TensorRequired, _TensorOptional):
    """Tensor."""


class Status(TypedDict):
    """Status."""

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
    # Bytes of what of these is in memory.
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


class _ClientActivationsRequired(TypedDict):
    # [images, classes].
    logits: Tensor


class _ClientActivationsOptional(TypedDict, total=False):
    # [images, …layer's shape]; where a layer was named.
    activations: Union[Tensor, None]


class ClientActivations(_ClientActivationsRequired, _ClientActivationsOptional):
    """Client activations."""


class ClientGradients(TypedDict):
    """Client gradients."""

    # [images, …layer's shape].
    activations: Tensor
    # [images, …layer's shape].
    gradients: Tensor


class CompareParameters(TypedDict):
    """Compare parameters."""

    # What is compared.
    left: CompareParametersLeft
    # What it is compared with.
    right: CompareParametersRight


_CompareParametersLeftRequired = TypedDict(
    "_CompareParametersLeftRequired",
    {
        # The class.
        "class": "ClassName",
        # The photograph.
        "image": "Image",
        # The network's handle or name.
        "model": "str",
    },
)


_CompareParametersLeftOptional = TypedDict(
    "_CompareParametersLeftOptional",
    {
        # The reasoning network's handle; the latest that covers the class where absent.
        "graphModel": "str",
    }, total=False,
)


class CompareParametersLeft(_CompareParametersLeftRequired, _CompareParametersLeftOptional):
    """What is compared."""


class ImageObject(TypedDict):
    """Image object."""

    # The bytes of a JPEG or PNG file of at most 1 MiB.
    base64: str


_CompareParametersRightRequired = TypedDict(
    "_CompareParametersRightRequired",
    {
        # The class.
        "class": "ClassName",
        # The photograph.
        "image": "Image",
        # The network's handle or name.
        "model": "str",
    },
)


_CompareParametersRightOptional = TypedDict(
    "_CompareParametersRightOptional",
    {
        # The reasoning network's handle; the latest that covers the class where absent.
        "graphModel": "str",
    }, total=False,
)


class CompareParametersRight(_CompareParametersRightRequired, _CompareParametersRightOptional):
    """What it is compared with."""


class DiscoverOptions(TypedDict, total=False):
    """Discover options."""

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
    # How patches are put together as candidates: k-means, or non-negative matrix factorisation of their embeddings.
    clustering: Literal["kMeans", "nmf"]
    # Clusters of k-means, or non-negative components.
    clusters: int
    # SLIC's weight of place against colour.
    compactness: float
    # What patches are told apart from: whole random images, or patches of them.
    contrast: Literal["images", "patches"]
    # What p is corrected by over the candidates.
    correction: Literal["bonferroni", "holm", "benjaminiHochberg"]
    # Least pixels of a segment of felzenszwalb's.
    felzenszwalbMinSize: int
    # Felzenszwalb's scales, coarse to fine: the greater, the larger the segments.
    felzenszwalbScales: List[float]
    # Width in pixels of the Gaussian that felzenszwalb smooths with.
    felzenszwalbSigma: float
    # Grey that fills a patch outside its segment.
    fillValue: int
    # Share of pixels, in percent, that count as attended.
    keepPercent: float
    # The layer; the request's own member comes first.
    layer: str
    # Largest share of a concept's images in which it may show the same pixels as a better ranked one; 1 keeps all.
    maxCoincidence: float
    # Most photographs of the class that are used.
    maxImages: int
    # Largest Jaccard overlap with a kept segment of a coarser segmentation.
    maxOverlap: float
    # Patches that a concept keeps, nearest its centre.
    maxPatches: int
    # Most photographs on which concepts are tested.
    maxTestImages: int
    # Least area of a segment as a share of the image.
    minAreaFraction: float
    # Least images of a random set; where they do not suffice for disjoint sets, sets overlap.
    minRandomSetSize: int
    # A cluster needs more patches than this to be a candidate; scaled down for small sets.
    minSize: int
    # Photographs that must be left over from discovery for concepts to be tested on those alone.
    minTestImages: int
    # How a patch becomes an embedding: cut out and seen alone, or as the mean of the whole image's activations over it.
    patchEmbedding: Literal["crop", "maskedPooling"]
    # Width in pixels of the Gaussian by which quick shift measures densities; time grows with its square.
    quickshiftKernelSize: float
    # Quick shift's greatest distances in colour and pixels, coarse to fine: the greater, the larger the segments.
    quickshiftMaxDistances: List[float]
    # Quick shift's weight of colour against place.
    quickshiftRatio: float
    # Images in each random set.
    randomSetSize: int
    # Random sets: one activation vector and one TCAV score each.
    randomSets: int
    # Restarts of the clustering; the one that fits best wins.
    restarts: int
    # Decides everything random.
    seed: int
    # Superpixels of each segmentation by slic or watershed, coarse to fine.
    segmentCounts: List[int]
    # What cuts images into superpixels; slic and watershed by segmentCounts, the others by options of their own.
    segmenter: Literal["slic", "felzenszwalb", "quickshift", "watershed"]
    # Width in pixels of the Gaussian that SLIC smooths with.
    sigma: float
    # Largest p of a concept, corrected over the candidates.
    significance: float
    # Concepts kept as the class's nodes.
    topConcepts: int
    # The watershed's weight of place against the gradient; 0 for none.
    watershedCompactness: float


class EvaluateOptions(TypedDict, total=False):
    """Evaluate options."""

    # Options of the discoveries, but for layer and seed.
    discover: DiscoverOptions
    # Concepts of each held-out photograph that are edited, each in two ways, to see whether the explanation follows.
    edits: int
    # Share of each class's photographs that nothing is fitted on and everything is measured on.
    holdout: float
    # The layer; the model's default where absent.
    layer: str
    # Most photographs of a class that are held out.
    maxHeldOut: int
    # What is measured.
    measures: List[Literal["completeness", "fidelity", "controls", "relations", "signs", "locality", "curves", "stability", "sanity"]]
    # Random orders of masking that the explanation's order is held against.
    randomOrders: int
    # Random patches of its shape that masking each concept is compared with, where signs are measured; 0 for none.
    randomPatches: int
    # The first seed; it also decides which images are held out, for all runs alike.
    seed: int
    # Runs of the whole method, with seeds that follow each other.
    seeds: int
    # What is asked of measures, by name: verdicts say what is met.
    thresholds: Dict[str, float]
    # Options of the trainings, but for the seed.
    train: TrainOptions


class TrainOptions(TypedDict, total=False):
    """Train options."""

    # Photographs in a step; their masked variants come with them.
    batchSize: int
    # Fits of each kind of control beside the training's own, to see that its fidelity means something; 0 for none.
    controls: int
    # Further decay of the weights by which a class's graph acts on other classes' scores; 0 for none. From 1 / learningRate on it does not act on them, and what speaks for or against a class is found in its own graph.
    crossGraphDecay: float
    # Every entry of the embedding of a concept not detected.
    dummyValue: float
    # Edge width of every layer.
    edgeWidth: int
    # Weight of the loss on what concepts contribute, which is to be what the classifier loses where they are masked; 0 for none.
    effectWeight: float
    # Standard deviation of the noise added to standardised embeddings while fitting; 0 for none.
    embeddingNoise: float
    # Share of a node's pixels that must be masked for it to count as not detected.
    hiddenShare: float
    # Share of the photographs held out of fitting: half decide when to stop, half measure fidelity.
    holdout: float
    # Adam's step size.
    learningRate: float
    # The distillation loss.
    loss: Literal["l1NormalisedMSE", "standardisedMSE", "marginMSE", "crossEntropy"]
    # Variants of each photograph with concepts masked that are added.
    maskedVariants: int
    # Most passes over the graphs.
    maxEpochs: int
    # Most photographs of a class that are used.
    maxImagesPerClass: int
    # Further decay of the weights of messages between concepts, so that a concept's contribution holds little of its neighbours'; 0 for none.
    messageDecay: float
    # Node widths of the layers.
    nodeWidths: List[int]
    # Passes without a better held-out loss after which training stops.
    patience: int
    # Whether concepts' relations take part; without them each graph is its nodes alone, and nothing of where they are.
    relations: bool
    # Decides everything random.
    seed: int
    # Where the weights start: random, or in the first layer from a ridge regression of the targets on the nodes.
    start: Literal["random", "ridge"]
    # Share of the weights' running average that each step keeps; the average is what is used.
    weightAveraging: float
    # Decoupled weight decay.
    weightDecay: float


class _ExplainParametersRequired(TypedDict):
    # The photograph.
    image: Image
    # The network's handle or name.
    model: str


class _ExplainParametersOptional(TypedDict, total=False):
    # Which of the graph's classes are explained; all where absent.
    classes: List[ClassName]
    # With `verify`: random patches of the same shape that each concept and each of the strongest relations is compared with. 0 for masking alone.
    controls: int
    # The reasoning network's handle; the latest where absent.
    graphModel: str
    # Whether the classifier itself is asked about each concept.
    verify: bool


class ExplainParameters(_ExplainParametersRequired, _ExplainParametersOptional):
    """Explain parameters."""


_InterveneParametersRequired = TypedDict(
    "_InterveneParametersRequired",
    {
        # What is changed, in order.
        "edits": "List[InterveneParametersEdits]",
        # The photograph.
        "image": "Image",
        # The network's handle or name.
        "model": "str",
    },
)


_InterveneParametersOptional = TypedDict(
    "_InterveneParametersOptional",
    {
        # The class that is explained before and after; all where absent.
        "class": "ClassName",
        # The reasoning network's handle; the latest where absent.
        "graphModel": "str",
        # Whether all concepts are found anew in the edited picture, as vrx/explain would; else those that no edit touches stay where they were.
        "rematch": "bool",
        # Decides what is random.
        "seed": "int",
    }, total=False,
)


class InterveneParameters(_InterveneParametersRequired, _InterveneParametersOptional):
    """Intervene parameters."""


_InterveneParametersEditsRequired = TypedDict(
    "_InterveneParametersEditsRequired",
    {
        # The concept's id or name.
        "concept": "str",
        # What is done to the concept's patch.
        "kind": 'Literal["substitute", "random", "move", "mask"]',
    },
)


_InterveneParametersEditsOptional = TypedDict(
    "_InterveneParametersEditsOptional",
    {
        # The hypothesis under which the concept is sought; its own class where absent.
        "class": "ClassName",
        # substitute and random: where the new patch comes from; the concept's best exemplar, or an image of the bank.
        "from": "Image",
        # move: where the patch's middle goes.
        "to": "List[float]",
    }, total=False,
)


class InterveneParametersEdits(_InterveneParametersEditsRequired, _InterveneParametersEditsOptional):
    """Intervene parameters edits."""


class InitializeParams(TypedDict, total=False):
    """Parameters of `initialize`. Opens the session: the first request."""

    # What the client can do.
    capabilities: InitializeParamsCapabilities
    # What the daemon may use.
    initializationOptions: InitializeParamsInitializationOptions
    # The client's process; the daemon ends when it does.
    processId: int
    # The folder that relative paths refer to.
    rootPath: str
    # The SQLite file that keeps what is computed; absent, everything stays in memory.
    workspace: str


class InitializeParamsCapabilities(TypedDict, total=False):
    """Initialize params capabilities."""

    # What it can show.
    window: InitializeParamsCapabilitiesWindow


class InitializeParamsCapabilitiesWindow(TypedDict, total=False):
    """What it can show."""

    # Whether it wants window/logMessage, and from which level; true means info.
    logMessage: Union[bool, Literal["error", "warning", "info", "debug"]]


class InitializeParamsInitializationOptions(TypedDict, total=False):
    """Initialize params initialization options."""

    # Bytes of them that are kept in memory in front of the workspace.
    memoryBytes: int
    # Bytes that results that can be computed again may take in the workspace; the least recently used go first.
    workspaceBytes: int


class _ModelLoadParamsRequired(TypedDict):
    # The ONNX file.
    path: str


class _ModelLoadParamsOptional(TypedDict, total=False):
    # A file (a JSON array, a JSON object from index to label, or text with a label a line), or the labels.
    labels: Union[str, List[str]]
    # The layer to use where a request names none.
    layer: str
    # What to call it; the file's name where absent.
    name: str
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # The arithmetic; f32 where absent.
    precision: Literal["f32", "bf16"]
    # How images become inputs: (pixel × scale − mean) / std, pixels in [0, 1].
    preprocessing: ModelLoadParamsPreprocessing
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class ModelLoadParams(_ModelLoadParamsRequired, _ModelLoadParamsOptional):
    """Parameters of `model/load`. Loads an ONNX network; the same bytes loaded twice are one model."""


class ModelLoadParamsPreprocessing(TypedDict, total=False):
    """Model load params preprocessing."""

    # The order of the network's input channels; rgb where absent.
    channelOrder: Literal["rgb", "bgr", "RGB", "BGR"]
    # The order of the input's dimensions; the file's where absent.
    layout: Literal["nchw", "nhwc", "NCHW", "NHWC"]
    # Subtracted after scaling, per channel in channelOrder.
    mean: List[float]
    # How an image becomes the input's size: stretched, or its shortest side fitted and the centre cut out.
    resize: Literal["stretch", "shortestSide"]
    # Factor on pixel values in [0, 1]; 1 where absent.
    scale: float
    # Width and height of the input in pixels, or one number for both.
    size: Union[int, List[int]]
    # Divides what remains, per channel in channelOrder.
    std: List[float]


class _ModelAttachParamsRequired(TypedDict):
    # Extents of the input without the batch.
    inputShape: List[int]
    # The labels, one per class.
    labels: List[str]
    # Its layers, in the order of computation.
    layers: List[ModelAttachParamsLayers]
    # What to call it.
    name: str


class _ModelAttachParamsOptional(TypedDict, total=False):
    # The layer to use where a request names none; else the latest at which TCAV is not degenerate.
    layer: str
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # How images become inputs; the size is that of inputShape, the layout nchw.
    preprocessing: ModelAttachParamsPreprocessing
    # What stands for its weights: equal names and revisions are one model. Absent, nothing derived outlives the attachment.
    revision: str
    # Whether tensors go through files, for a client on the same machine: the images come in one, and answers may lie beside it.
    tensorFiles: bool
    # Seconds that a call to the client may take.
    timeout: float
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class ModelAttachParams(_ModelAttachParamsRequired, _ModelAttachParamsOptional):
    """Parameters of `model/attach`. Adds a classifier that lives in the client, which then answers clientModel/activations and clientModel/gradients."""


class _ModelAttachParamsLayersRequired(TypedDict):
    # Its name.
    name: str
    # Extents of its activations without the batch, channels first.
    shape: List[int]


class _ModelAttachParamsLayersOptional(TypedDict, total=False):
    # What computes it.
    operator: str


class ModelAttachParamsLayers(_ModelAttachParamsLayersRequired, _ModelAttachParamsLayersOptional):
    """Model attach params layers."""


class ModelAttachParamsPreprocessing(TypedDict, total=False):
    """Model attach params preprocessing."""

    # The order of the network's input channels; rgb where absent.
    channelOrder: Literal["rgb", "bgr", "RGB", "BGR"]
    # The order of the input's dimensions; the file's where absent.
    layout: Literal["nchw", "nhwc", "NCHW", "NHWC"]
    # Subtracted after scaling, per channel in channelOrder.
    mean: List[float]
    # How an image becomes the input's size: stretched, or its shortest side fitted and the centre cut out.
    resize: Literal["stretch", "shortestSide"]
    # Factor on pixel values in [0, 1]; 1 where absent.
    scale: float
    # Width and height of the input in pixels, or one number for both.
    size: Union[int, List[int]]
    # Divides what remains, per channel in channelOrder.
    std: List[float]


class ModelUnloadParams(TypedDict):
    """Parameters of `model/unload`. Forgets a network and what was derived from it."""

    # The network's handle or name.
    model: str


class _ModelClassifyParamsRequired(TypedDict):
    # The images, or folders of them.
    images: List[Image]
    # The network's handle or name.
    model: str


class _ModelClassifyParamsOptional(TypedDict, total=False):
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Classes per image.
    topK: int
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class ModelClassifyParams(_ModelClassifyParamsRequired, _ModelClassifyParamsOptional):
    """Parameters of `model/classify`. The most probable classes of each image."""


_VrxDiscoverParamsRequired = TypedDict(
    "_VrxDiscoverParamsRequired",
    {
        # The class.
        "class": "ClassName",
        # Photographs of the class, or folders of them.
        "images": "List[Image]",
        # The network's handle or name.
        "model": "str",
        # Photographs of anything else, or folders of them.
        "random": "List[Image]",
    },
)


_VrxDiscoverParamsOptional = TypedDict(
    "_VrxDiscoverParamsOptional",
    {
        # The layer; the model's default where absent.
        "layer": "str",
        # What departs from the defaults; unknown names are refused.
        "options": "DiscoverOptions",
        # Asks for previews under this token; the answer is complete all the same.
        "partialResultToken": "Union[str, int]",
        # Asks for $/progress under this token: begin, reports and an end.
        "workDoneToken": "Union[str, int]",
    }, total=False,
)


class VrxDiscoverParams(_VrxDiscoverParamsRequired, _VrxDiscoverParamsOptional):
    """Parameters of `vrx/discover`. Finds the visual concepts of a class: parts that the network sees alike and that matter to the class."""


class _VrxMatchParamsRequired(TypedDict):
    # The photographs.
    images: List[Image]
    # The network's handle or name.
    model: str


class _VrxMatchParamsOptional(TypedDict, total=False):
    # The class hypotheses; all discovered classes where absent.
    classes: List[ClassName]
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class VrxMatchParams(_VrxMatchParamsRequired, _VrxMatchParamsOptional):
    """Parameters of `vrx/match`. Structural concept graphs of images, one per class hypothesis."""


class _VrxTrainParamsRequired(TypedDict):
    # The classes, two or more.
    classes: List[ClassName]
    # Photographs, or folders of them, by class.
    images: Dict[str, List[Image]]
    # The network's handle or name.
    model: str


class _VrxTrainParamsOptional(TypedDict, total=False):
    # What departs from the defaults; unknown names are refused.
    options: TrainOptions
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class VrxTrainParams(_VrxTrainParamsRequired, _VrxTrainParamsOptional):
    """Parameters of `vrx/train`. Distils the classifier's reasoning among some classes into a graph reasoning network."""


class _VrxExplainParamsRequired(TypedDict):
    # The photograph.
    image: Image
    # The network's handle or name.
    model: str


class _VrxExplainParamsOptional(TypedDict, total=False):
    # Which of the graph's classes are explained; all where absent.
    classes: List[ClassName]
    # With `verify`: random patches of the same shape that each concept and each of the strongest relations is compared with. 0 for masking alone.
    controls: int
    # The reasoning network's handle; the latest where absent.
    graphModel: str
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Whether the classifier itself is asked about each concept.
    verify: bool
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class VrxExplainParams(_VrxExplainParamsRequired, _VrxExplainParamsOptional):
    """Parameters of `vrx/explain`. Why the classifier's class, and why not each other."""


class _VrxCompareParamsRequired(TypedDict):
    # What is compared.
    left: VrxCompareParamsLeft
    # What it is compared with.
    right: VrxCompareParamsRight


class _VrxCompareParamsOptional(TypedDict, total=False):
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class VrxCompareParams(_VrxCompareParamsRequired, _VrxCompareParamsOptional):
    """Parameters of `vrx/compare`. Which concepts and relations account for the difference between two classes, two images or two models."""


_VrxCompareParamsLeftRequired = TypedDict(
    "_VrxCompareParamsLeftRequired",
    {
        # The class.
        "class": "ClassName",
        # The photograph.
        "image": "Image",
        # The network's handle or name.
        "model": "str",
    },
)


_VrxCompareParamsLeftOptional = TypedDict(
    "_VrxCompareParamsLeftOptional",
    {
        # The reasoning network's handle; the latest that covers the class where absent.
        "graphModel": "str",
    }, total=False,
)


class VrxCompareParamsLeft(_VrxCompareParamsLeftRequired, _VrxCompareParamsLeftOptional):
    """Vrx compare params left."""


_VrxCompareParamsRightRequired = TypedDict(
    "_VrxCompareParamsRightRequired",
    {
        # The class.
        "class": "ClassName",
        # The photograph.
        "image": "Image",
        # The network's handle or name.
        "model": "str",
    },
)


_VrxCompareParamsRightOptional = TypedDict(
    "_VrxCompareParamsRightOptional",
    {
        # The reasoning network's handle; the latest that covers the class where absent.
        "graphModel": "str",
    }, total=False,
)


class VrxCompareParamsRight(_VrxCompareParamsRightRequired, _VrxCompareParamsRightOptional):
    """Vrx compare params right."""


_VrxInterveneParamsRequired = TypedDict(
    "_VrxInterveneParamsRequired",
    {
        # What is changed, in order.
        "edits": "List[VrxInterveneParamsEdits]",
        # The photograph.
        "image": "Image",
        # The network's handle or name.
        "model": "str",
    },
)


_VrxInterveneParamsOptional = TypedDict(
    "_VrxInterveneParamsOptional",
    {
        # The class that is explained before and after; all where absent.
        "class": "ClassName",
        # The reasoning network's handle; the latest where absent.
        "graphModel": "str",
        # Asks for previews under this token; the answer is complete all the same.
        "partialResultToken": "Union[str, int]",
        # Whether all concepts are found anew in the edited picture, as vrx/explain would; else those that no edit touches stay where they were.
        "rematch": "bool",
        # Decides what is random.
        "seed": "int",
        # Asks for $/progress under this token: begin, reports and an end.
        "workDoneToken": "Union[str, int]",
    }, total=False,
)


class VrxInterveneParams(_VrxInterveneParamsRequired, _VrxInterveneParamsOptional):
    """Parameters of `vrx/intervene`. Masks, moves or replaces concepts in a picture, and tells what the classifier and the explanation make of it."""


_VrxInterveneParamsEditsRequired = TypedDict(
    "_VrxInterveneParamsEditsRequired",
    {
        # The concept's id or name.
        "concept": "str",
        # What is done to the concept's patch.
        "kind": 'Literal["substitute", "random", "move", "mask"]',
    },
)


_VrxInterveneParamsEditsOptional = TypedDict(
    "_VrxInterveneParamsEditsOptional",
    {
        # The hypothesis under which the concept is sought; its own class where absent.
        "class": "ClassName",
        # substitute and random: where the new patch comes from; the concept's best exemplar, or an image of the bank.
        "from": "Image",
        # move: where the patch's middle goes.
        "to": "List[float]",
    }, total=False,
)


class VrxInterveneParamsEdits(_VrxInterveneParamsEditsRequired, _VrxInterveneParamsEditsOptional):
    """Vrx intervene params edits."""


class _VrxDiagnoseParamsRequired(TypedDict):
    # Photographs, or folders of them, by true class.
    images: Dict[str, List[Image]]
    # The network's handle or name.
    model: str


class _VrxDiagnoseParamsOptional(TypedDict, total=False):
    # The reasoning network's handle; the latest that covers the classes where absent.
    graphModel: str
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Decides what is random.
    seed: int
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class VrxDiagnoseParams(_VrxDiagnoseParamsRequired, _VrxDiagnoseParamsOptional):
    """Parameters of `vrx/diagnose`. What the classifier gets wrong in a labelled set, why, and what would mend it."""


class _VrxEvaluateParamsRequired(TypedDict):
    # The classes, two or more.
    classes: List[ClassName]
    # Photographs, or folders of them, by class.
    images: Dict[str, List[Image]]
    # The network's handle or name.
    model: str


class _VrxEvaluateParamsOptional(TypedDict, total=False):
    # What departs from the defaults; unknown names are refused.
    options: EvaluateOptions
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Where a page with tables and plots is written, an HTML file.
    path: str
    # Photographs of anything else, or folders of them; those of all classes where absent.
    random: List[Image]
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class VrxEvaluateParams(_VrxEvaluateParamsRequired, _VrxEvaluateParamsOptional):
    """Parameters of `vrx/evaluate`. How far explanations among some classes can be believed: the whole method, run anew with several seeds on a part of the images and checked on the rest. Concepts and graphs that are there stay as they are."""


class _VrxRenderParamsRequired(TypedDict):
    # What to draw; it is computed anew. An image that was sent inline must be sent again.
    explanation: Union[ExplainParameters, Explanation, CompareParameters, Comparison, InterveneParameters]


class _VrxRenderParamsOptional(TypedDict, total=False):
    # The format.
    format: Literal["png", "svg", "html", "pdf"]
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Where to write it; absent, it comes with the answer.
    path: str
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class VrxRenderParams(_VrxRenderParamsRequired, _VrxRenderParamsOptional):
    """Parameters of `vrx/render`. Draws an explanation, a comparison or an intervention."""


class _VrxReportParamsRequired(TypedDict):
    # The photographs.
    images: List[Image]
    # The network's handle or name.
    model: str
    # The page's file.
    path: str


class _VrxReportParamsOptional(TypedDict, total=False):
    # The only format.
    format: Literal["html"]
    # The reasoning network's handle; the latest where absent.
    graphModel: str
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # The page's heading.
    title: str
    # Whether the classifier itself is asked about each concept.
    verify: bool
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class VrxReportParams(_VrxReportParamsRequired, _VrxReportParamsOptional):
    """Parameters of `vrx/report`. Writes a page about several images, and a picture of each beside it."""


_ConceptListParamsOptional = TypedDict(
    "_ConceptListParamsOptional",
    {
        # Of this class only.
        "class": "ClassName",
        # Of this network only.
        "model": "str",
    }, total=False,
)


class ConceptListParams(_ConceptListParamsOptional):
    """Parameters of `concept/list`. The concepts of the bank."""


class ConceptGetParams(TypedDict):
    """Parameters of `concept/get`. One concept."""

    # The concept's id.
    concept: str


_ConceptScoreParamsRequired = TypedDict(
    "_ConceptScoreParamsRequired",
    {
        # The photographs, or folders of them.
        "images": "List[Image]",
        # The network's handle or name.
        "model": "str",
    },
)


_ConceptScoreParamsOptional = TypedDict(
    "_ConceptScoreParamsOptional",
    {
        # Of this class only; of all discovered classes where absent.
        "class": "ClassName",
        # Ids of the concepts; all where absent.
        "concepts": "List[str]",
        # Asks for previews under this token; the answer is complete all the same.
        "partialResultToken": "Union[str, int]",
        # Asks for $/progress under this token: begin, reports and an end.
        "workDoneToken": "Union[str, int]",
    }, total=False,
)


class ConceptScoreParams(_ConceptScoreParamsRequired, _ConceptScoreParamsOptional):
    """Parameters of `concept/score`. How present the bank's concepts are in images, how important there, and where; nothing is clustered or fitted for it."""


class ConceptRenameParams(TypedDict):
    """Parameters of `concept/rename`. Names a concept; the name stays with it."""

    # The concept's id.
    concept: str
    # What to call it.
    name: str


class ConceptRemoveParams(TypedDict):
    """Parameters of `concept/remove`. Takes a concept out of its class; reasoning networks that were trained with it keep it."""

    # The concept's id.
    concept: str


class _ConceptMergeParamsRequired(TypedDict):
    # The concepts' ids, two or more.
    concepts: List[str]
    # What to call it.
    name: str


class _ConceptMergeParamsOptional(TypedDict, total=False):
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class ConceptMergeParams(_ConceptMergeParamsRequired, _ConceptMergeParamsOptional):
    """Parameters of `concept/merge`. Makes one concept of several of one class, with the id of the most important. Its importance is the mean of theirs, weighted by size, until the class is discovered again."""


class _BankExportParamsRequired(TypedDict):
    # The file.
    path: str


class _BankExportParamsOptional(TypedDict, total=False):
    # Its format.
    format: Literal["safetensors", "json"]
    # Of the reasoning networks only this one, and of the concepts those of its classes.
    graphModel: str
    # What is written; all there is where absent.
    include: List[Literal["concepts", "graphs"]]
    # Of this network only.
    model: str
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class BankExportParams(_BankExportParamsRequired, _BankExportParamsOptional):
    """Parameters of `bank/export`. Writes the concepts and the reasoning networks of all loaded networks to a file that bank/import reads."""


class _BankImportParamsRequired(TypedDict):
    # The file.
    path: str


class _BankImportParamsOptional(TypedDict, total=False):
    # What the outputs of published weights are called; numbered where absent.
    classes: List[str]
    # Every entry of the embedding that stands for a concept that is not there, of published weights.
    dummyValue: float
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class BankImportParams(_BankImportParamsRequired, _BankImportParamsOptional):
    """Parameters of `bank/import`. Reads a file that bank/export wrote, of either format; its classes and reasoning networks take the place of those there are, and their networks must be loaded. Or reads a reasoning network from a safetensors file of weights under the published names (conv1.lin_W1.weight, …, eij_1, …, fc2.weight), which then belongs to no network until graph/bind."""


class GraphListParams(TypedDict, total=False):
    """Parameters of `graph/list`. The reasoning networks of the loaded networks, and those that belong to none, in order of making."""

    # Of this network only.
    model: str


class GraphGetParams(TypedDict):
    """Parameters of `graph/get`. One reasoning network: extents, concepts, fidelity, and the history of its training."""

    # The reasoning network's handle.
    graphModel: str


class _GraphRunParamsRequired(TypedDict):
    # Places of the concepts, x and y in [0, 1]: [images, classes, N, 2].
    centers: Tensor
    # The reasoning network's handle.
    graphModel: str
    # Embeddings of the concepts: [images, classes, N, width].
    nodes: Tensor


class _GraphRunParamsOptional(TypedDict, total=False):
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class GraphRunParams(_GraphRunParamsRequired, _GraphRunParamsOptional):
    """Parameters of `graph/run`. What a reasoning network makes of nodes and centres as they are, so that anyone can check it."""


class _GraphBindParamsRequired(TypedDict):
    # The reasoning network's handle.
    graphModel: str
    # Photographs, or folders of them, on which fidelity is measured; they need no labels.
    images: List[Image]
    # The network's handle or name.
    model: str


class _GraphBindParamsOptional(TypedDict, total=False):
    # The class of each output, in order; those of its outputs' names where absent.
    classes: List[ClassName]
    # Asks for previews under this token; the answer is complete all the same.
    partialResultToken: Union[str, int]
    # Asks for $/progress under this token: begin, reports and an end.
    workDoneToken: Union[str, int]


class GraphBindParams(_GraphBindParamsRequired, _GraphBindParamsOptional):
    """Parameters of `graph/bind`. Makes a reasoning network of the same weights that explains a network, each node standing for the concept of its rank, and measures how well it then agrees with the network."""


class _ClientModelActivationsParamsRequired(TypedDict):
    # [images, 3, height, width], preprocessed.
    images: Tensor
    # The handle that model/attach answered.
    model: str


class _ClientModelActivationsParamsOptional(TypedDict, total=False):
    # The layer; null where only logits are wanted.
    layer: Union[str, None]


class ClientModelActivationsParams(_ClientModelActivationsParamsRequired, _ClientModelActivationsParamsOptional):
    """Parameters of `clientModel/activations`. Asks an attached classifier for logits and, where a layer is named, activations."""


class ClientModelGradientsParams(TypedDict):
    """Parameters of `clientModel/gradients`. Asks an attached classifier for activations at a layer and the gradient of one class's logit there."""

    # The class.
    classIndex: int
    # [images, 3, height, width], preprocessed.
    images: Tensor
    # The layer.
    layer: str
    # The handle that model/attach answered.
    model: str


ClassName = Union[int, str]
ErrorType = Literal["conceptConfusion", "falseDetection", "unseenVariance"]
Image = Union[str, ImageObject]
SecondsByStage = Dict[str, Union[float, None]]
