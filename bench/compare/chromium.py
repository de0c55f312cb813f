"""How Chromium is started where pages are measured, tested and drawn."""

from __future__ import annotations

import os
import shutil

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# WebGL by the processor, as machines without a graphics card have it
WEBGL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
ROOT_USER = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
FLAGS = [*WEBGL, *ROOT_USER]
# before the page's own script: as in a browser without WebGL
NO_WEBGL = """
const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind === "webgl" ? null : get.call(this, kind, ...more);
};
"""
