// The points of the map on a plain canvas, where there is no WebGL: those in sight, a district at a time.

const ROUND = 1500; // points in sight: more are drawn as squares, which takes a third of the time

class CanvasPoints {
  constructor(canvas) {
    Object.assign(this, { canvas, context: canvas.getContext("2d") });
  }

  load({ points, radii, districts }) {
    this.members = Array.from({ length: 8 }, () => []);
    for (let id = radii.length - 1; id >= 0; id--) this.members[districts[id]].push(id);
    Object.assign(this, { points, radii });
  }

  draw(camera, { growth, faint, only, colours, density }) {
    const { context } = this;
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    const seen = this.members.map((ids) => this.inSight(ids, camera));
    const round = seen.reduce((sum, ids) => sum + ids.length, 0) <= ROUND;
    seen.forEach((ids, district) => {
      context.globalAlpha = only < 0 || only === district ? faint : Math.min(faint, 0.08);
      context.fillStyle = colours[district];
      for (const id of ids) {
        const radius = this.radii[id] * growth;
        const x = camera.screenX(this.points[2 * id]);
        const y = camera.screenY(this.points[2 * id + 1]);
        if (round) {
          context.beginPath();
          context.arc(x, y, radius, 0, 2 * Math.PI);
          context.fill();
        } else context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
      }
    });
    context.globalAlpha = 1;
  }

  inSight(ids, camera) {
    const x = camera.width / 2 / camera.scale + 0.01;
    const y = camera.height / 2 / camera.scale + 0.01;
    const { points } = this;
    return ids.filter((id) => Math.abs(points[2 * id] - camera.x) < x && Math.abs(points[2 * id + 1] - camera.y) < y);
  }
}
