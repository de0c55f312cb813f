// The points of the map on a plain canvas, where there is no WebGL: few as circles, many as squares, pixel by pixel.

const ROUND = 1500; // points in sight: 20,000 circles would take 16 ms of script, or squares by fillRect

class CanvasPoints {
  constructor(canvas) {
    Object.assign(this, { canvas, context: canvas.getContext("2d") });
  }

  load({ points, radii, districts }) {
    Object.assign(this, { points, radii, districts });
  }

  draw(camera, { growth, faint, only, colours, density }) {
    const seen = this.inSight(camera);
    const alphas = colours.map((_, district) => (only < 0 || only === district ? faint : Math.min(faint, DIMMED)));
    if (seen.length > ROUND) this.squares(seen, camera, growth * density, colours, alphas, density);
    else this.circles(seen, camera, growth, colours, alphas, density);
  }

  // Return the words in sight, from the rarest to the most frequent, which lies on top.
  inSight(camera) {
    const x = camera.width / 2 / camera.scale + 0.01;
    const y = camera.height / 2 / camera.scale + 0.01;
    const { points } = this;
    const seen = [];
    for (let id = this.radii.length - 1; id >= 0; id--) {
      if (Math.abs(points[2 * id] - camera.x) < x && Math.abs(points[2 * id + 1] - camera.y) < y) seen.push(id);
    }
    return seen;
  }

  circles(seen, camera, growth, colours, alphas, density) {
    const { context, points, radii, districts } = this;
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    for (const id of seen) {
      context.globalAlpha = alphas[districts[id]];
      context.fillStyle = colours[districts[id]];
      context.beginPath();
      context.arc(camera.screenX(points[2 * id]), camera.screenY(points[2 * id + 1]), radii[id] * growth, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  squares(seen, camera, growth, colours, alphas, density) {
    const { context, points, radii, districts } = this;
    const { width, height } = this.canvas;
    if (this.image?.width !== width || this.image.height !== height) this.image = context.createImageData(width, height);
    const { data } = this.image;
    const pixels = new Uint32Array(data.buffer); // red is the lowest byte
    pixels.fill(0);
    const inks = colours.map((colour, district) => {
      const [red, green, blue] = rgb(colour).map((part) => Math.round(255 * part));
      return ((Math.round(255 * alphas[district]) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    });
    for (const id of seen) {
      const side = Math.max(1, Math.round(1.8 * radii[id] * growth));
      const left = Math.round(camera.screenX(points[2 * id]) * density - side / 2);
      const top = Math.round(camera.screenY(points[2 * id + 1]) * density - side / 2);
      const [from, to] = [Math.max(0, left), Math.min(width, left + side)];
      if (from >= to) continue;
      for (let row = Math.max(0, top); row < Math.min(height, top + side); row++) {
        for (let at = row * width + from; at < row * width + to; at++) pixels[at] = inks[districts[id]];
      }
    }
    context.putImageData(this.image, 0, 0);
  }
}
