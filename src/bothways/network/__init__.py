"""The network as the user declares it: devices to log in to, and the little that no device tells."""

from bothways.network.devices import DeclaredHost, Device, Network, PlatformName
from bothways.network.loading import load_network, load_topology

__all__ = ["DeclaredHost", "Device", "Network", "PlatformName", "load_network", "load_topology"]
