// Gestures on the map: drag, pinch, wheel, keys; `hover` and `choose` get words.

const CLICK = 6; // pixels that a click may move
const STEP = 60; // pixels that an arrow key moves the map

function startGestures(map, { hover, choose }) {
  const { overlay, camera } = map;
  const held = new Map(); // pointers that are down
  let moved = 0;
  const place = (event) => {
    const box = overlay.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const spread = () => {
    const [[x, y], [otherX, otherY]] = held.values();
    return { x: (x + otherX) / 2, y: (y + otherY) / 2, size: Math.hypot(x - otherX, y - otherY) || 1 };
  };

  overlay.addEventListener("pointerdown", (event) => {
    if (held.size === 0) moved = 0;
    held.set(event.pointerId, place(event));
    overlay.setPointerCapture(event.pointerId);
  });
  overlay.addEventListener("pointermove", (event) => {
    const [x, y] = place(event);
    if (!held.has(event.pointerId)) {
      if (event.pointerType !== "touch") hover(map.wordAt(x, y));
      return;
    }
    const [beforeX, beforeY] = held.get(event.pointerId);
    const before = held.size === 2 ? spread() : null;
    held.set(event.pointerId, [x, y]);
    moved += Math.hypot(x - beforeX, y - beforeY);
    if (before) {
      const after = spread();
      camera.pan(after.x - before.x, after.y - before.y);
      camera.zoomAt(after.x, after.y, after.size / before.size);
    } else if (held.size === 1) camera.pan(x - beforeX, y - beforeY);
    map.change();
  });
  const release = (event) => {
    const was = held.delete(event.pointerId);
    if (!was || event.type !== "pointerup" || held.size || moved > CLICK) return;
    const word = map.wordAt(...place(event), event.pointerType === "touch" ? 24 : 12);
    if (word !== null) choose(word);
  };
  overlay.addEventListener("pointerup", release);
  overlay.addEventListener("pointercancel", release);
  overlay.addEventListener("pointerleave", () => hover(null));
  overlay.addEventListener("wheel", (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 30 : 1);
    camera.zoomAt(...place(event), Math.exp(-Math.max(-240, Math.min(240, pixels)) / 300));
    map.change();
  }, { passive: false });

  const zoom = (factor) => {
    camera.zoomAt(camera.width / 2, camera.height / 2, factor);
    map.change();
  };
  const all = () => {
    camera.showAll();
    map.change();
  };
  const keys = {
    ArrowLeft: () => camera.pan(STEP, 0), ArrowRight: () => camera.pan(-STEP, 0),
    ArrowUp: () => camera.pan(0, STEP), ArrowDown: () => camera.pan(0, -STEP),
    "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: all,
  };
  overlay.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
    map.change();
  });
  document.getElementById("zoom-in").addEventListener("click", () => zoom(1.8));
  document.getElementById("zoom-out").addEventListener("click", () => zoom(1 / 1.8));
  document.getElementById("zoom-all").addEventListener("click", all);
}
