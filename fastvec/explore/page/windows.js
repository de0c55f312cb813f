// Windows and their training pairs, as fv.training_pairs lists them.

function tokensOf(text) {
  return text.match(/[^ \t\n\r\v\f]+/g) ?? [];
}

// Return the positions of the context of a centre: up to `width` tokens to each side.
function windowPlaces(n, centre, width) {
  const places = [];
  for (let i = Math.max(0, centre - width); i <= Math.min(n - 1, centre + width); i++) if (i !== centre) places.push(i);
  return places;
}

// Return the pairs of a sentence as positions: {centre, places}, of skip-gram one place each, of CBOW all of a window.
function pairsOf(n, width, model) {
  const pairs = [];
  for (let centre = 0; centre < n; centre++) {
    const places = windowPlaces(n, centre, width);
    if (model === "cbow" && places.length) pairs.push({ centre, places });
    if (model === "skipgram") pairs.push(...places.map((place) => ({ centre, places: [place] })));
  }
  return pairs;
}
