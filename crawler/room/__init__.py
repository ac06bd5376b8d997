"""The reading room: ``copydesk serve``. Datasette over the dataset, with pages of our own in front of it.

``guard``, ``markup``, ``printed`` and ``stories`` know nothing of Datasette; ``app`` puts it all together.
"""
