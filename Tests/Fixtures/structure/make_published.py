"""Makes published.safetensors, a small reasoning network under the names of the method's public reference code, as a state dict of
PyTorch holds them (counters included), and published_vectors.safetensors: random inputs with embedding and outputs computed in
double precision by PyTorch. Run it in this folder."""
import torch
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
CLASSES, NODES, WIDTH, NODE_WIDTHS, EDGE_WIDTH, IMAGES = 3, 4, 10, [7, 6, 5], 3, 6
EDGES = [(i, j) for i in range(NODES) for j in range(NODES) if i != j]


class Convolution(nn.Module):
    def __init__(self, node_in, node_out, edge_in, edge_out):
        super().__init__()
        self.lin_W1 = nn.Linear(node_in, node_out)
        self.lin_W2 = nn.Linear(node_in, node_out)
        self.lin_message = nn.Linear(node_out + edge_out, node_out)
        self.lin_edge = nn.Linear(edge_in, edge_out)
        self.bn_edge = nn.BatchNorm1d(edge_out)

    def forward(self, f, g, e):
        """Nodes [n, N, in], edges [n, E, in] and their weights [E]; what leaves has not been rectified."""
        g = self.bn_edge(self.lin_edge(g).flatten(0, 1)).reshape(*g.shape[:2], -1)
        own, other = self.lin_W1(f), self.lin_W2(f)
        rows = []
        for node in range(NODES):
            total = own[:, node]
            for k, (source, target) in enumerate(EDGES):
                if target == node:
                    total = total + self.lin_message(torch.cat([e[k] * other[:, source], g[:, k]], -1))
            rows.append(total)
        return torch.stack(rows, 1), g


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        node_in, edge_in = WIDTH, 4
        for number, width in enumerate(NODE_WIDTHS, 1):
            setattr(self, f"conv{number}", Convolution(node_in, width, edge_in, EDGE_WIDTH))
            setattr(self, f"bn{number}", nn.BatchNorm1d(width))
            node_in, edge_in = width, EDGE_WIDTH
        size = CLASSES * (NODES * node_in + len(EDGES) * EDGE_WIDTH)
        self.bn6 = nn.BatchNorm1d(size)  # In the published weights, but not on the way to the outputs.
        self.fc2 = nn.Linear(size, CLASSES)
        for number in range(1, CLASSES + 1):
            setattr(self, f"eij_{number}", nn.Parameter(1 + 0.5 * torch.randn(len(EDGES))))

    def forward(self, nodes, centers):
        embeddings = []
        for number in range(CLASSES):
            f = nodes[:, number]
            g = torch.stack([torch.cat([centers[:, number, i], centers[:, number, j]], -1) for i, j in EDGES], 1)
            for layer in range(1, len(NODE_WIDTHS) + 1):
                f, g = getattr(self, f"conv{layer}")(f, g, getattr(self, f"eij_{number + 1}"))
                f = getattr(self, f"bn{layer}")(f.relu().flatten(0, 1)).reshape(f.shape)
            embeddings += [f.flatten(1), g.flatten(1)]
        embedding = torch.cat(embeddings, 1)
        return embedding, self.fc2(embedding)


network = Network().eval()
with torch.no_grad():
    for name, value in network.state_dict().items():
        if name.endswith("running_mean"):
            value.copy_(0.3 * torch.randn_like(value))
        elif name.endswith("running_var"):
            value.copy_(0.5 + torch.rand_like(value))
        elif value.is_floating_point():
            # What a 32-bit float holds, so that both sides compute with the same numbers.
            value.copy_((value + 0.1 * torch.randn_like(value)).float().double())
        if value.is_floating_point():
            value.copy_(value.float().double())
    nodes = torch.randn(IMAGES, CLASSES, NODES, WIDTH).float().double()
    centers = torch.rand(IMAGES, CLASSES, NODES, 2).float().double()
    embedding, outputs = network(nodes, centers)
weights = {k: v.float() if v.is_floating_point() else v for k, v in network.state_dict().items()}
save_file({k: v.clone().contiguous() for k, v in weights.items()}, "published.safetensors")
vectors = {"nodes": nodes, "centers": centers, "embedding": embedding, "outputs": outputs}
save_file({k: v.float().contiguous() for k, v in vectors.items()}, "published_vectors.safetensors")
