// The points of the map by WebGL: one call a frame, however many there are.

const DIMMED = 0.08; // the opacity of other districts' points

const VERTEX = `
attribute vec2 place; attribute float radius; attribute float district;
uniform vec2 middle; uniform vec2 scale; uniform float growth; uniform float faint; uniform float only;
uniform vec3 colours[8];
varying vec4 colour; varying float size;
void main() {
  gl_Position = vec4((place - middle) * scale, 0.0, 1.0);
  size = 2.0 * radius * growth;
  gl_PointSize = size + 1.0;
  float alpha = only < 0.0 || abs(only - district) < 0.5 ? faint : min(faint, ${DIMMED});
  vec3 rgb = colours[0];
  for (int i = 1; i < 8; i++) if (abs(float(i) - district) < 0.5) rgb = colours[i];
  colour = vec4(rgb * alpha, alpha);
}`;
const FRAGMENT = `
precision mediump float;
varying vec4 colour; varying float size;
void main() {
  float distance = length(gl_PointCoord - 0.5) * (size + 1.0);
  gl_FragColor = colour * clamp(0.5 * size + 0.5 - distance, 0.0, 1.0);
}`;

class WebGLPoints {
  // Return null where there is no WebGL.
  static on(canvas) {
    const gl = canvas.getContext("webgl", { antialias: false, premultipliedAlpha: true, powerPreference: "low-power" });
    return gl ? new WebGLPoints(canvas, gl) : null;
  }

  constructor(canvas, gl) {
    Object.assign(this, { canvas, gl });
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => {
      this.prepare();
      this.restored?.();
    });
  }

  load({ points, radii, districts }) {
    // from the rarest to the most frequent, which lies on top
    const n = radii.length;
    this.table = new Float32Array(4 * n);
    for (let i = 0; i < n; i++) {
      const id = n - 1 - i;
      this.table.set([points[2 * id], points[2 * id + 1], radii[id], districts[id]], 4 * i);
    }
    this.n = n;
    this.prepare();
  }

  prepare() {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    ["place", "radius", "district"].forEach((name, i) => gl.bindAttribLocation(program, i, name));
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, this.table, gl.STATIC_DRAW);
    [[0, 2, 0], [1, 1, 8], [2, 1, 12]].forEach(([place, length, offset]) => {
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, length, gl.FLOAT, false, 16, offset);
    });
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.places = Object.fromEntries(
      ["middle", "scale", "growth", "faint", "only", "colours"].map((name) => [name, gl.getUniformLocation(program, name)]),
    );
  }

  // `faint` is the opacity, `only` the district that is not dimmed, or -1.
  draw(camera, { growth, faint, only, colours, density }) {
    const { gl, places, canvas } = this;
    if (gl.isContextLost()) return;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(places.middle, camera.x, camera.y);
    gl.uniform2f(places.scale, (2 * camera.scale) / camera.width, (2 * camera.scale) / camera.height);
    gl.uniform1f(places.growth, growth * density);
    gl.uniform1f(places.faint, faint);
    gl.uniform1f(places.only, only);
    gl.uniform3fv(places.colours, colours.flatMap(rgb));
    gl.drawArrays(gl.POINTS, 0, this.n);
  }
}
