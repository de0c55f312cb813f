// Labels: the most frequent words in sight first, none over another. They keep their places while the map moves.

const CELL = 80; // pixels: a label is compared with those of its cells only
const TRIED = 1500; // words in sight, from the most frequent on
const ROOM = 9000; // square pixels of the map for a label
const FONT = "system-ui, sans-serif";

class Labels {
  constructor(context, words) {
    this.context = context;
    this.words = words;
    this.widths = new Map(); // of words at 10 pixels
  }

  begin() {
    this.taken = new Map();
    this.count = 0;
  }

  width(id, size) {
    if (!this.widths.has(id)) {
      this.context.font = `10px ${FONT}`;
      this.widths.set(id, this.context.measureText(shorter(this.words[id], 28)).width);
    }
    return (this.widths.get(id) * size) / 10;
  }

  // Take the rectangle, unless another one has a part of it.
  take(left, top, right, bottom) {
    const cells = [];
    for (let i = Math.floor(left / CELL); i <= Math.floor(right / CELL); i++) {
      for (let j = Math.floor(top / CELL); j <= Math.floor(bottom / CELL); j++) cells.push(i * 4096 + j);
    }
    const over = (other) => left < other[2] && right > other[0] && top < other[3] && bottom > other[1];
    if (cells.some((cell) => this.taken.get(cell)?.some(over))) return false;
    const rectangle = [left, top, right, bottom];
    for (const cell of cells) {
      if (!this.taken.has(cell)) this.taken.set(cell, []);
      this.taken.get(cell).push(rectangle);
    }
    return true;
  }

  // Draw the label of a word above its point, if there is room, or at any rate with `must`.
  draw(id, x, y, { size, colours, must = false, bold = false, offset = 5 }) {
    const weight = bold ? "600 " : "";
    const text = shorter(this.words[id], 28);
    const width = this.width(id, size) * (bold ? 1.08 : 1);
    const [left, top] = [x - width / 2, y - offset - size];
    if (!this.take(left - 3, top - 1, left + width + 3, top + size + 2) && !must) return false;
    const { context } = this;
    context.font = `${weight}${size}px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    context.lineWidth = 3;
    context.strokeStyle = colours.surface;
    context.strokeText(text, x, y - offset - 2);
    context.fillStyle = colours.text;
    context.fillText(text, x, y - offset - 2);
    this.count++;
    return true;
  }

  // Draw the name of a district on a plate, if there is room; return whether there was.
  plate(text, x, y, colour, colours) {
    const { context } = this;
    context.font = `600 12px ${FONT}`;
    const width = context.measureText(text).width + 30;
    if (!this.take(x - width / 2 - 4, y - 14, x + width / 2 + 4, y + 14)) return false;
    context.beginPath();
    context.roundRect(x - width / 2, y - 12, width, 24, 12);
    context.globalAlpha = 0.9;
    context.fillStyle = colours.surface;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.stroke();
    context.beginPath();
    context.arc(x - width / 2 + 13, y, 4.5, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillStyle = colours.text;
    context.fillText(text, x - width / 2 + 22, y + 0.5);
    return true;
  }
}
