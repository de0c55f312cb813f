// Completion: words that begin with a text, then words that have it inside; the most frequent first.

const COMPLETIONS = 8;

class Completion {
  constructor(words) {
    this.words = words;
  }

  of(text) {
    const asked = text.trim().toLowerCase();
    if (!asked) return [];
    this.lower ??= this.words.map((word) => word.toLowerCase());
    const begin = [];
    const inside = [];
    for (let id = 0; id < this.lower.length && begin.length < COMPLETIONS; id++) {
      if (this.lower[id].startsWith(asked)) begin.push(id);
      else if (inside.length < COMPLETIONS && this.lower[id].includes(asked)) inside.push(id);
    }
    const exact = begin.filter((id) => this.lower[id] === asked);
    return [...new Set([...exact, ...begin, ...inside])].slice(0, COMPLETIONS);
  }
}

// Which words of a file the page has.
function wordsOf({ nWords, nAll, counts }) {
  return nWords < nAll ? `the ${number(nWords)} ${counts ? "most frequent" : "first"} of ${number(nAll)} words` : `all ${number(nWords)} words`;
}

// A sentence about a word that the page does not have.
function missing(space, word, completion) {
  const { facts } = space;
  const near = completion.of(word).map((id) => shorter(space.words[id])).slice(0, 3);
  const also = near.length ? ` There are ${near.join(", ")}.` : "";
  return make("p", { class: "notice" }, "“", wordText(word), `” is not here: the page has ${wordsOf(facts)}.${also}`);
}
