"""A sparse autoencoder of the last feature map, by the package overcomplete."""

from __future__ import annotations

import numpy as np
import torch
from overcomplete.sae import TopKSAE, train_sae
from overcomplete.sae.losses import top_k_auxiliary_loss

from methods.base import PlaceConcepts
from task import Group
from training import Training

Array = np.ndarray

#: Training: passes over all places, places in a batch, Adam's rate.
EPOCHS, BATCH, RATE = 40, 512, 1e-3


class SparseAutoencoder(PlaceConcepts):
    """Top-k sparse autoencoder (Gao et al., 2024, arXiv 2406.04093) over all places of all classes' photographs: one
    dictionary with as many concepts as the others have for all classes together; its own encoder says what a place
    holds; concepts by their exact contribution through the linear head."""

    name = "sparse autoencoder"

    def __init__(self, group: Group, weight: Array, count: int, active: int) -> None:
        """count: concepts; active: how many of them a place may have."""
        super().__init__(group, weight)
        self.count, self.active = count, active
        self._scale = 1.0
        self._model: TopKSAE

    def fit(self, training: Training, seed: int) -> None:
        torch.manual_seed(seed)
        parts = [training.places(member, seed) for member in range(len(self.group.names))]
        places = np.concatenate([part.reshape(-1, part.shape[-1]) for part in parts])
        self._scale = float(np.sqrt((places**2).mean()))
        data = torch.utils.data.TensorDataset(torch.from_numpy(places / self._scale))
        loader = torch.utils.data.DataLoader(data, batch_size=BATCH, shuffle=True)
        self._model = TopKSAE(places.shape[1], self.count, top_k=self.active)
        optimizer = torch.optim.Adam(self._model.parameters(), lr=RATE)
        train_sae(self._model, loader, top_k_auxiliary_loss, optimizer, nb_epochs=EPOCHS, monitoring=0)
        self._model.eval()
        with torch.no_grad():
            dictionary = self._model.get_dictionary().numpy()
        self._lengths = np.linalg.norm(dictionary, axis=1)
        self._keep([dictionary], training, seed)

    def codes(self, features: Array) -> Array:
        with torch.no_grad():
            codes = self._model.encode(torch.from_numpy(np.asarray(features, np.float32) / self._scale))[1].numpy()
        return codes * self._lengths * self._scale
