// The words of a file and their directions: cosines, nearest words, a - b + c, in all dimensions.

class Space {
  constructor(facts, words) {
    this.name = facts.name;
    this.facts = facts;
    this.words = words; // the most frequent first: an id is a rank, from 0
    this.ids = new Map(words.map((word, id) => [word, id]));
    this.size = facts.vectorSize;
    this.rows = null; // float32[N, size], at length 1, once it is unpacked
  }

  // Return a word as it is spelled here: as it stands, in lower case, or with a capital; else undefined.
  spelled(word) {
    const capital = word.slice(0, 1).toUpperCase() + word.slice(1);
    return [word, word.toLowerCase(), capital].find((each) => this.ids.has(each));
  }

  // Return the word that somebody entered, as it is spelled here if it is here.
  entered(text) {
    return this.spelled(text) ?? this.spelled(text.trim()) ?? text.trim();
  }

  row(id) {
    return this.rows.subarray(id * this.size, (id + 1) * this.size);
  }

  // Return the sum of some rows minus the sum of others, at length 1; zeros stay zeros.
  direction(plus, minus = []) {
    const sum = new Float64Array(this.size);
    for (const id of plus) this.row(id).forEach((value, i) => (sum[i] += value));
    for (const id of minus) this.row(id).forEach((value, i) => (sum[i] -= value));
    const length = Math.hypot(...sum);
    return length > 0 ? sum.map((value) => value / length) : sum;
  }

  cosine(id, direction) {
    let dot = 0;
    for (let i = 0, at = id * this.size; i < this.size; i++, at++) dot += this.rows[at] * direction[i];
    return Math.max(-1, Math.min(1, dot));
  }

  // Return the `count` ids of highest cosine, without those left out; ties by id.
  nearest(direction, count, leftOut = []) {
    const out = new Set(leftOut);
    const best = [];
    for (let id = 0; id < this.words.length; id++) {
      const cosine = this.cosine(id, direction);
      if (best.length === count && cosine <= best[count - 1].cosine) continue;
      if (out.has(id)) continue;
      let place = best.length;
      while (place > 0 && best[place - 1].cosine < cosine) place--;
      best.splice(place, 0, { id, cosine });
      if (best.length > count) best.pop();
    }
    return best;
  }

  neighbors(id, count) {
    return this.nearest(this.row(id), count, [id]);
  }

  // Return how many words have a higher cosine than this one, without those left out.
  rankOf(id, direction, leftOut) {
    const cosine = this.cosine(id, direction);
    let rank = 0;
    for (let other = 0; other < this.words.length; other++) {
      if (!leftOut.includes(other) && this.cosine(other, direction) > cosine) rank++;
    }
    return rank;
  }
}
