// What Python put into the page: JSON, and bytes as deflate in base64. Nothing here blocks: it is unpacked in
// pieces, between which the page can paint and answer.

const PIECE = 1 << 20; // characters of base64; a multiple of 4
const ROWS_AT_ONCE = 4096;

function parsed(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve));
}

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

// Return the bytes of a block, which is removed from the page; `progress` gets a share of it, from 0 to 1.
async function unpacked(name, progress = () => {}) {
  const element = document.getElementById(`data-${name}`);
  const base64 = element.textContent;
  element.remove();
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  const whole = new Response(stream.readable).arrayBuffer();
  for (let start = 0; start < base64.length; start += PIECE) {
    await writer.write(bytesOf(base64.slice(start, start + PIECE)));
    progress(Math.min(1, (start + PIECE) / base64.length));
    await pause();
  }
  await writer.close();
  return new Uint8Array(await whole);
}

async function unpackedJson(name) {
  return JSON.parse(new TextDecoder().decode(await unpacked(name)));
}

// Return the value of each of the 65,536 numbers of 16 bits.
function halfValues() {
  const values = new Float32Array(1 << 16);
  for (let bits = 0; bits < values.length; bits++) {
    const exponent = (bits >> 10) & 31;
    const fraction = (bits & 1023) / 1024;
    const size = exponent ? (1 + fraction) * 2 ** (exponent - 15) : fraction * 2 ** -14;
    values[bits] = bits & 0x8000 ? -size : size;
  }
  return values;
}

// Return float32[n, size] of float16[n, size], whose low bytes come before its high bytes; each row at length 1.
async function unitRows(bytes, n, size) {
  const rows = new Float32Array(n * size);
  const values = halfValues();
  for (let first = 0; first < n; first += ROWS_AT_ONCE) {
    for (let row = first; row < Math.min(n, first + ROWS_AT_ONCE); row++) {
      let square = 0;
      for (let i = row * size; i < (row + 1) * size; i++) {
        const value = values[bytes[i] | (bytes[rows.length + i] << 8)];
        rows[i] = value;
        square += value * value;
      }
      const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
      for (let i = row * size; i < (row + 1) * size; i++) rows[i] *= scale;
    }
    await pause();
  }
  return rows;
}
