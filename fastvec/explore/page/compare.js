// Two files of vectors: the nearest words of the same word in both, and how many they share.

const COMPARED = 10;

class ComparePanel {
  constructor({ spaces, completion, go, map }) {
    Object.assign(this, { spaces, completion, go, map });
    const { box, input } = wordField("compare-word", "Word", {
      space: spaces[0], complete: (text) => completion.of(text), choose: (text) => this.ask(text),
    });
    this.input = input;
    this.result = make("div", { class: "result" });
    fill(document.getElementById("panel-compare"), make("h2", {}, "Two files"),
      make("p", {}, "The nearest words of one word in both, each in its own space."), box, this.result);
  }

  ask(text) {
    const [first, second] = this.spaces;
    const word = first.entered(text);
    this.go({ tab: "compare", word: first.ids.has(word) ? word : second.entered(text) });
  }

  show(word) {
    this.map.show();
    if (word === undefined) return fill(this.result);
    this.input.value = word;
    const { spaces } = this;
    if (!spaces.every(({ rows }) => rows)) return fill(this.result, unpacking());
    const ids = spaces.map((space) => space.ids.get(word));
    const near = spaces.map((space, i) => (ids[i] === undefined ? null : space.neighbors(ids[i], COMPARED)));
    const [left, right] = near.map((found, i) => new Set((found ?? []).map(({ id }) => spaces[i].words[id])));
    const shared = [...left].filter((each) => right.has(each));
    const columns = near.map((found, i) => this.column(i, word, found, i ? left : right));
    const both = near.every(Boolean);
    const most = Math.min(...near.map((found) => found?.length ?? 0));
    const share = both && most ? `${shared.length} of ${most} are the same (${Math.round((100 * shared.length) / most)} %).` : "";
    fill(this.result, share ? make("p", { class: "verdict", id: "shared" }, share) : null, make("div", { class: "columns" }, ...columns));
    if (near[0]) this.map.show({ focus: ids[0], near: near[0] });
    if (near[0]) this.map.reach([ids[0], ...near[0].map(({ id }) => id)]);
    announce(both ? `${shorter(word)}: ${share}` : `${shorter(word)} is not in both files`);
  }

  column(i, word, found, others) {
    const space = this.spaces[i];
    const title = make("h3", {}, make("bdi", {}, space.name));
    if (!found) return make("div", {}, title, missing(space, word, i ? new Completion(space.words) : this.completion));
    const other = this.spaces[1 - i];
    const note = (id) => {
      const near = space.words[id];
      if (others.has(near)) return make("span", { class: "both", title: "near in both" }, "✓", make("span", { class: "hidden" }, " in both"));
      return other.ids.has(near) ? null : make("span", { class: "lacking" }, "a word of this file only");
    };
    return make("div", {}, title, wordList(space, found, (id) => this.ask(space.words[id]), note));
  }
}
