// A word and its nearest words in all dimensions.

class NearestPanel {
  constructor({ space, map, completion, names, go }) {
    Object.assign(this, { space, map, completion, names, go, count: 10, word: undefined });
    this.panel = document.getElementById("panel-word");
    this.select = make("select", { id: "count", onchange: () => {
      this.count = Number(this.select.value);
      this.show(this.word);
    } }, ...[10, 25, 50].map((n) => make("option", { value: n }, String(n))));
  }

  // Show a word, or what to do if there is none.
  show(word) {
    this.word = word;
    if (word === undefined) return this.invite();
    const { space, map } = this;
    const id = space.ids.get(word);
    if (id === undefined) {
      map.show();
      fill(this.panel, make("h2", {}, wordText(word)), missing(space, word, this.completion));
      announce(`${shorter(word)} is not on this page`);
      return;
    }
    if (!space.rows) return this.wait(id);
    const near = this.list(id);
    map.reach([id, ...near.map((each) => each.id)]);
    announce(`Nearest to ${shorter(word)}: ${near.slice(0, 5).map((each) => `${shorter(space.words[each.id])} ${cosineText(each.cosine)}`).join(", ")}`);
  }

  // Show a word that the pointer is on, for as long as it is; null: the chosen one again.
  preview(id) {
    if (id === null) {
      const chosen = this.space.ids.get(this.word);
      if (chosen === undefined || !this.space.rows) this.map.show();
      else if (this.panel.hidden) this.map.show();
      else this.list(chosen);
      if (this.word === undefined && !this.panel.hidden) this.invite();
    } else if (this.space.rows) this.list(id);
  }

  list(id) {
    const { space, map } = this;
    const near = space.neighbors(id, this.count);
    map.show({ focus: id, near });
    const label = make("label", { for: "count" }, "Show");
    fill(
      this.panel,
      make("h2", {}, wordText(space.words[id])),
      make("p", { class: "facts" }, this.facts(id)),
      wordList(space, near, (each) => this.go({ tab: "word", word: space.words[each] })),
      make("p", { class: "small" }, label, " ", this.select, ` nearest words, by cosine in ${number(space.size)} dimensions`),
    );
    return near;
  }

  facts(id) {
    const { counts, nWords } = this.space.facts;
    const seen = counts ? `, seen ${number(counts[id])} times` : "";
    return `number ${number(id + 1)} of ${number(nWords)}${seen}; district ${this.names[this.map.districts[id]]}`;
  }

  wait(id) {
    this.map.show({ focus: id });
    fill(this.panel, make("h2", {}, wordText(this.space.words[id])), unpacking());
  }

  invite() {
    const { space } = this;
    this.map.show();
    const some = facts.districts.flatMap((ids) => ids.slice(0, 2)).map((id) => space.words[id]);
    fill(
      this.panel,
      make("h2", {}, "Nearest words"),
      make("p", {}, "Click a word on the map, point at it, or search for one. What is near it lights up: in all ",
        `${number(space.size)} dimensions, not in the two of the map, which can only show a part of the distances.`),
      make("p", { class: "small" }, "Some of the words that name the districts:"),
      make("ul", { class: "chips" }, ...some.map((word) => make("li", {}, make("button", { type: "button",
        onclick: () => this.go({ tab: "word", word }) }, wordText(word))))),
    );
  }
}
