"""Client of vrxd, the daemon that explains image classifiers by visual concepts and their arrangement.

>>> import vrx
>>> with vrx.Client() as client:
...     model = client.load_model("network.onnx", labels="labels.json")
...     client.classify(model, "image.jpg")

The core needs the standard library only. PIL images and numpy arrays are accepted wherever an image is.
"""

from .attached import TorchClassifier
from .calls import Call
from .checkpoints import convert_checkpoint
from .client import Client
from .errors import Cancelled, DaemonError, VRXError
from .progress import ProgressBar, StagedProgress, progress_bar
from .results import Explanation, Model
from .scores import ConceptScores
from .tensors import Tensor
from .version import __version__

__all__ = [
    "Call",
    "Cancelled",
    "Client",
    "ConceptScores",
    "DaemonError",
    "Explanation",
    "Model",
    "ProgressBar",
    "StagedProgress",
    "Tensor",
    "TorchClassifier",
    "VRXError",
    "__version__",
    "convert_checkpoint",
    "progress_bar",
]
