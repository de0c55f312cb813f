// What the page shows, as a link: #word=paris, #analogy=king-man+woman, #tab=pairs&text=...&window=2&model=cbow.

function encoded(word) {
  return encodeURIComponent(word.toWellFormed ? word.toWellFormed() : word).replaceAll("-", "%2D");
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a link that somebody mistyped
  }
}

function stateOf(hash) {
  const state = { tab: "word" };
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [name, ...rest] = part.split("=");
    const raw = rest.join("=");
    if (name === "word") Object.assign(state, { tab: "word", word: decoded(raw) });
    else if (name === "compare") Object.assign(state, { tab: "compare", word: decoded(raw) });
    else if (name === "analogy") {
      const match = /^([^-+]*)-([^-+]*)\+([^-+]*)$/.exec(raw);
      state.tab = "analogy";
      if (match) state.analogy = match.slice(1).map(decoded);
    } else if (name === "tab") state.tab = raw;
    else if (name === "text") state.text = decoded(raw);
    else if (name === "window") state.window = Math.round(Number(raw)) || undefined;
    else if (name === "centre") state.centre = Math.round(Number(raw)) || 0;
    else if (name === "model") state.model = raw === "cbow" ? "cbow" : "skipgram";
  }
  return state;
}

function linkTo(state) {
  if (state.tab === "word" && state.word !== undefined) return `#word=${encoded(state.word)}`;
  if (state.tab === "compare" && state.word !== undefined) return `#compare=${encoded(state.word)}`;
  if (state.tab === "analogy" && state.analogy) {
    const [a, b, c] = state.analogy.map(encoded);
    return `#analogy=${a}-${b}+${c}`;
  }
  if (state.tab === "pairs" && state.text !== undefined) {
    const { text, window, centre, model } = state;
    return `#tab=pairs&text=${encoded(text)}&window=${window}&centre=${centre}&model=${model}`;
  }
  return `#tab=${state.tab}`;
}
