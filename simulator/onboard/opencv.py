"""OpenCV on one thread: a result must not depend on how many processors share the work."""

from __future__ import annotations

import cv2

cv2.setNumThreads(1)

__all__ = ["cv2"]
