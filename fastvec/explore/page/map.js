// The map: points, and over them what is lit up, lines and labels. It draws a frame only when something changed.

const LEAST = 1.4; // radius of the rarest word's point, in pixels
const MOST = 4.6;
const USUAL = 280; // pixels from the middle to the outermost word
const EDGE = 24; // pixels: words nearer to the edge are not in sight
const READABLE = 0.4; // of the width or the height of the map
const PLATES_FROM = 150; // words: fewer have their own labels
const PLATES_ABOVE = 560; // pixels: on a narrower map they would hide it
const SHIFTS = [[0, 0], [0, -30], [0, 30], [-90, 0], [90, 0], [0, -60], [0, 60]]; // pixels
const PLATES_UP_TO = 2.2; // times the whole map: closer, the names of districts make room for words

class CityMap {
  constructor(space, { points, districts, names }) {
    Object.assign(this, { space, points, districts, names });
    this.canvas = document.getElementById("points");
    this.overlay = document.getElementById("overlay");
    this.context = this.overlay.getContext("2d");
    this.camera = new Camera();
    this.labels = new Labels(this.context, space.words);
    this.lit = { focus: null, near: [], walk: [], named: [] };
    this.only = -1;
    this.hovered = null;
    const n = space.words.length;
    const share = (id) => 1 - Math.log1p(id) / Math.log1p(n);
    const few = Math.max(0, 3 - Math.log10(n)); // fewer points are larger
    this.radii = Float32Array.from({ length: n }, (_, id) => LEAST + few + (MOST - LEAST) * share(id));
    this.ink = WebGLPoints.on(this.canvas) ?? new CanvasPoints(this.canvas);
    this.ink.load(this);
    this.ink.restored = () => this.change();
    this.middles = names.map((_, district) => this.middleOf(district));
    new ResizeObserver(() => this.resize()).observe(this.overlay);
    this.recolour();
    this.resize();
  }

  middleOf(district) {
    const ids = [...this.districts.keys()].filter((id) => this.districts[id] === district);
    const median = (axis) => ids.map((id) => this.points[2 * id + axis]).sort((a, b) => a - b)[ids.length >> 1];
    return [median(0), median(1)];
  }

  recolour() {
    this.colours = palette();
    this.change();
  }

  resize() {
    const { clientWidth, clientHeight } = this.overlay;
    if (!clientWidth || !clientHeight) return;
    this.density = Math.min(2, devicePixelRatio || 1);
    for (const canvas of [this.canvas, this.overlay]) {
      canvas.width = Math.round(clientWidth * this.density);
      canvas.height = Math.round(clientHeight * this.density);
    }
    this.camera.resize(clientWidth, clientHeight);
    this.change();
  }

  change() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.frame();
    });
  }

  // Light up a word, words near it [{id, cosine}], and the steps of a walk [{from, to}].
  show({ focus = null, near = [], walk = [], named = [] } = {}) {
    this.lit = { focus, near, walk, named };
    this.change();
  }

  // Move so that some words fill the map, unless they are in sight and far enough apart to be read.
  reach(ids) {
    const { camera } = this;
    const places = ids.map((id) => this.at(id));
    const [xs, ys] = [0, 1].map((axis) => places.map((place) => place[axis]));
    const inside = Math.min(...xs) > EDGE && Math.min(...ys) > EDGE
      && Math.max(...xs) < camera.width - EDGE && Math.max(...ys) < camera.height - EDGE;
    const spread = Math.max((Math.max(...xs) - Math.min(...xs)) / camera.width, (Math.max(...ys) - Math.min(...ys)) / camera.height);
    if (!inside || spread < READABLE) camera.fit(ids.map((id) => this.points[2 * id]), ids.map((id) => this.points[2 * id + 1]));
    this.change();
  }

  at(id) {
    return [this.camera.screenX(this.points[2 * id]), this.camera.screenY(this.points[2 * id + 1])];
  }

  // Return the word whose point is nearest to a place of the screen, within `reach` pixels; else null.
  wordAt(x, y, reach = 12) {
    let best = reach * reach;
    let found = null;
    for (let id = 0; id < this.radii.length; id++) {
      const dx = this.camera.screenX(this.points[2 * id]) - x;
      const dy = this.camera.screenY(this.points[2 * id + 1]) - y;
      const distance = dx * dx + dy * dy;
      if (distance < best) [best, found] = [distance, id];
    }
    return found;
  }

  frame() {
    const { camera, colours, lit } = this;
    const some = lit.focus !== null || lit.walk.length > 0;
    const room = Math.min(1, Math.max(0.5, camera.whole / USUAL)); // points are smaller and fainter on a small map
    const growth = room * Math.min(3, Math.max(0.8, camera.zoom ** 0.35));
    this.ink.draw(camera, {
      growth, faint: some ? 0.28 * room : 0.8, only: this.only, colours: colours.districts, density: this.density,
    });
    const { context } = this;
    context.setTransform(this.density, 0, 0, this.density, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    this.labels.begin();
    this.drawLines();
    this.drawLit(growth);
    if (!some && this.hasPlates()) this.drawPlates();
    this.drawLabels(some);
  }

  drawLines() {
    const { context, colours, lit } = this;
    context.strokeStyle = colours.line;
    context.lineWidth = 1.2;
    if (lit.focus !== null) {
      for (const { id } of lit.near) this.line(lit.focus, id);
    }
    context.strokeStyle = colours.accent;
    context.lineWidth = 2.2;
    for (const { from, to } of lit.walk) this.arrow(from, to);
  }

  line(from, to) {
    this.context.beginPath();
    this.context.moveTo(...this.at(from));
    this.context.lineTo(...this.at(to));
    this.context.stroke();
  }

  arrow(from, to) {
    const [[x, y], [toX, toY]] = [this.at(from), this.at(to)];
    const angle = Math.atan2(toY - y, toX - x);
    this.line(from, to);
    const { context } = this;
    context.beginPath();
    for (const side of [-0.45, 0.45]) {
      context.moveTo(toX - 5 * Math.cos(angle), toY - 5 * Math.sin(angle));
      context.lineTo(toX - 16 * Math.cos(angle + side), toY - 16 * Math.sin(angle + side));
    }
    context.stroke();
  }

  drawLit(growth) {
    const { lit, colours } = this;
    for (const { id } of lit.near) this.ring(id, growth, colours.districts[this.districts[id]], 1.5);
    for (const id of lit.named) this.ring(id, growth, colours.accent, 2);
    if (lit.focus !== null) this.ring(lit.focus, growth, colours.accent, 2.5);
    const name = (id, size, must) => {
      const [x, y] = this.at(id);
      this.labels.draw(id, x, y, { size, colours, must, bold: true, offset: 8 });
    };
    if (this.hovered !== null && this.hovered !== lit.focus) {
      this.ring(this.hovered, growth, colours.accent, 2);
      name(this.hovered, 14, true);
    }
    if (lit.focus !== null) name(lit.focus, 16, true);
    for (const id of lit.named) name(id, 14, true);
    for (const { id } of lit.near) name(id, 12, false);
  }

  ring(id, growth, colour, width) {
    const { context } = this;
    const [x, y] = this.at(id);
    context.beginPath();
    context.arc(x, y, this.radii[id] * growth + 1.5, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = this.colours.text;
    context.lineWidth = width;
    context.stroke();
  }

  hasPlates() {
    const { zoom, width } = this.camera;
    return zoom < PLATES_UP_TO && width > PLATES_ABOVE && this.radii.length >= PLATES_FROM;
  }

  drawPlates() {
    this.names.forEach((name, district) => {
      if (this.only >= 0 && this.only !== district) return;
      const [x, y] = this.middles[district];
      const { camera, colours } = this;
      const [left, top] = [camera.screenX(x), camera.screenY(y)];
      SHIFTS.some(([right, down]) => this.labels.plate(name, left + right, top + down, colours.districts[district], colours));
    });
  }

  drawLabels(some) {
    const { camera, colours, labels, context } = this;
    const most = (camera.width * camera.height) / ROOM;
    context.globalAlpha = some ? 0.5 : 1;
    let tried = 0;
    for (let id = 0; id < this.radii.length && tried < TRIED && labels.count < most; id++) {
      if (this.only >= 0 && this.districts[id] !== this.only) continue;
      const [x, y] = this.at(id);
      if (x < -40 || y < 0 || x > camera.width + 40 || y > camera.height + 20) continue;
      tried++;
      labels.draw(id, x, y, { size: 10.5 + 1.1 * Math.min(MOST - LEAST, this.radii[id] - LEAST), colours });
    }
    context.globalAlpha = 1;
  }
}
