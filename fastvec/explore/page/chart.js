// A line chart in SVG.

const SVG = "http://www.w3.org/2000/svg";
const CHART = { width: 360, height: 200, left: 46, right: 12, top: 26, bottom: 34 };
const FEW = 40; // points: so few are marked

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Return round numbers between two: three to six of them.
function ticks(low, high) {
  if (!(high > low)) return [Number(low.toPrecision(4))];
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step); i * step <= high * (1 + 1e-9); i++) found.push(Number((i * step).toPrecision(12)));
  return found;
}

function short(value) {
  if (value >= 1e9) return `${Number((value / 1e9).toPrecision(3))} G`;
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))} k`;
  return String(value);
}

// Return a chart of y by x, which counts something; gaps where y is null.
function lineChart(xs, ys, { label, xTitle, yTitle }) {
  const { width, height, left, right, top, bottom } = CHART;
  const known = ys.filter((y) => y !== null);
  const [lowX, highX, lowY, highY] = [Math.min(0, xs[0]), xs[xs.length - 1], Math.min(...known), Math.max(...known)];
  const pad = (highY - lowY) * 0.08 || Math.abs(highY) * 0.1 || 1;
  const toX = (x) => left + ((x - lowX) / (highX - lowX || 1)) * (width - left - right);
  const toY = (y) => height - bottom - ((y - lowY + pad) / (highY - lowY + 2 * pad)) * (height - top - bottom);
  let path = "";
  ys.forEach((y, i) => {
    if (y !== null) path += `${i === 0 || ys[i - 1] === null ? "M" : "L"}${toX(xs[i]).toFixed(1)} ${toY(y).toFixed(1)}`;
  });
  const dots = xs.length > FEW ? [] : xs.flatMap((x, i) => (ys[i] === null ? [] : [svg("circle", { class: "dot", cx: toX(x), cy: toY(ys[i]), r: 2.5 })]));
  const grid = ticks(lowY, highY).flatMap((y) => [
    svg("line", { class: "grid", x1: left, x2: width - right, y1: toY(y), y2: toY(y) }),
    svg("text", { x: left - 6, y: toY(y) + 4, "text-anchor": "end" }, short(y)),
  ]);
  const below = ticks(lowX, highX).filter(Number.isInteger).map((x) =>
    svg("text", { x: toX(x), y: height - bottom + 15, "text-anchor": toX(x) > width - 24 ? "end" : "middle" }, short(x)));
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "chart" },
    ...grid, ...below, svg("path", { class: "curve", d: path }), ...dots,
    svg("text", { x: (left + width - right) / 2, y: height - 3, "text-anchor": "middle" }, xTitle),
    svg("text", { x: 0, y: 12 }, yTitle));
}
