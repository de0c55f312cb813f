// Where one looks: the point of the map in the middle, and how many pixels a unit of the map takes.

const CLOSEST = 400; // times the scale at which all is seen
const FITTED = 12; // times that scale, at most, when points are fitted in
const MARGIN = 36; // pixels

class Camera {
  constructor() {
    Object.assign(this, { x: 0, y: 0, scale: 1, width: 1, height: 1, whole: 1 });
  }

  resize(width, height) {
    const wasWhole = this.scale / this.whole;
    Object.assign(this, { width, height });
    this.whole = Math.max(1, (Math.min(width, height) - 2 * MARGIN) / 2);
    this.scale = wasWhole * this.whole;
  }

  get zoom() {
    return this.scale / this.whole;
  }

  screenX(x) {
    return this.width / 2 + (x - this.x) * this.scale;
  }

  screenY(y) {
    return this.height / 2 - (y - this.y) * this.scale;
  }

  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
    this.bound();
  }

  // Zoom by a factor; what is under a point of the screen stays there.
  zoomAt(screenX, screenY, factor) {
    const scale = Math.min(CLOSEST * this.whole, Math.max(0.5 * this.whole, this.scale * factor));
    this.x += (screenX - this.width / 2) * (1 / this.scale - 1 / scale);
    this.y -= (screenY - this.height / 2) * (1 / this.scale - 1 / scale);
    this.scale = scale;
    this.bound();
  }

  bound() {
    this.x = Math.max(-1.2, Math.min(1.2, this.x));
    this.y = Math.max(-1.2, Math.min(1.2, this.y));
  }

  // Show all of some points.
  fit(xs, ys) {
    const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    this.x = (left + right) / 2;
    this.y = (low + high) / 2;
    const room = (size, extent) => (size - Math.min(4 * MARGIN, 0.35 * size)) / Math.max(extent, 1e-9);
    const scale = Math.min(room(this.width, right - left), room(this.height, high - low), FITTED * this.whole);
    this.scale = Math.max(scale, 0.5 * this.whole);
    this.bound();
  }

  showAll() {
    Object.assign(this, { x: 0, y: 0, scale: this.whole });
  }
}
