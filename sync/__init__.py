"""The node: queue, agent, storage and watch folder. Grows with the node issue."""
