// a − b + c: the words nearest to the sum of unit vectors, without the three that were given.

const CLASSICS = [
  ["king", "man", "woman", "queen"],
  ["paris", "france", "italy", "rome"],
  ["walking", "walk", "swim", "swimming"],
  ["bigger", "big", "small", "smaller"],
];
const RUNNERS_UP = 10;

class AnalogyPanel {
  constructor({ space, map, completion, go }) {
    Object.assign(this, { space, map, completion, go });
    const options = { space, complete: (text) => completion.of(text), choose: () => {} };
    this.fields = [["a", "a"], ["b", "− b"], ["c", "+ c"]].map(([id, label]) => wordField(`analogy-${id}`, label, options));
    this.fields.forEach(({ combobox }, i) => (combobox.choose = () => (i < 2 ? this.fields[i + 1].input.focus() : this.submit())));
    this.result = make("div", { class: "result" });
    const form = make("form", { class: "formula", onsubmit: (event) => {
      event.preventDefault();
      this.submit();
    } }, ...this.fields.map(({ box }) => box), make("button", { type: "submit" }, "Solve"));
    fill(
      document.getElementById("panel-analogy"),
      make("h2", {}, "a − b + c"),
      make("p", {}, "What is to c as a is to b? The nearest word to vector a − b + c, in all dimensions."),
      form,
      this.result,
      make("h3", { id: "classics" }, "Examples of the papers"),
      make("ul", { class: "chips", "aria-labelledby": "classics" }, ...CLASSICS.map((classic) => this.classic(classic))),
    );
  }

  classic([a, b, c]) {
    const words = [a, b, c].map((word) => this.space.spelled(word));
    const lacking = [a, b, c].filter((_, i) => words[i] === undefined);
    const note = lacking.length ? make("span", { class: "lacking" }, ` missing here: ${lacking.join(", ")}`) : null;
    return make("li", {}, make("button", { type: "button", disabled: lacking.length > 0,
      onclick: () => this.go({ tab: "analogy", analogy: words }) }, `${a} − ${b} + ${c}`), note);
  }

  submit() {
    this.go({ tab: "analogy", analogy: this.fields.map(({ input }) => this.space.entered(input.value)) });
  }

  show(words) {
    this.words = words;
    const { space, map } = this;
    map.show();
    if (!words) return fill(this.result);
    this.fields.forEach(({ input }, i) => (input.value = words[i]));
    const ids = words.map((word) => space.ids.get(word));
    const unknown = words.filter((_, i) => ids[i] === undefined);
    if (unknown.length) {
      fill(this.result, ...unknown.map((word) => (word ? missing(space, word, this.completion) : make("p", { class: "notice" }, "Three words are needed."))));
      announce(unknown.every(Boolean) ? `Not on this page: ${unknown.map((word) => shorter(word)).join(", ")}` : "Three words are needed");
      return;
    }
    if (!space.rows) return fill(this.result, unpacking());
    this.solve(ids);
  }

  solve([a, b, c]) {
    const { space } = this;
    const direction = space.direction([a, c], [b]);
    const found = space.nearest(direction, RUNNERS_UP, [a, b, c]);
    if (!found.length) return fill(this.result, make("p", { class: "notice" }, "There is no other word on this page."));
    const [best] = found;
    const name = (id) => wordText(space.words[id]);
    const answer = make("p", { class: "answer", id: "answer" }, name(a), " − ", name(b), " + ", name(c), " ≈ ",
      make("strong", {}, name(best.id)), " ", make("span", { class: "cosine" }, cosineText(best.cosine)));
    fill(this.result, answer, this.verdict([a, b, c], direction, best), this.rule([a, b, c], direction),
      make("h3", {}, "The answer and the runners-up"),
      wordList(space, found, (id) => this.go({ tab: "word", word: space.words[id] })));
    this.walk([a, b, c], best.id);
    announce(`${[a, b, c, best.id].map((id) => shorter(space.words[id])).join(", ")}: the answer is the last, cosine ${cosineText(best.cosine)}`);
  }

  // Say whether the answer is the textbook's, and if not, where the textbook's is.
  verdict(ids, direction, best) {
    const { space } = this;
    const classic = CLASSICS.find((each) => ids.every((id, i) => space.spelled(each[i]) === space.words[id]));
    if (!classic) return null;
    const expected = space.spelled(classic[3]);
    if (expected === space.words[best.id]) return make("p", { class: "verdict" }, "✓ This is the textbook’s answer.");
    if (expected === undefined) {
      return make("p", { class: "verdict" }, `✗ The textbook’s answer is ${classic[3]}, which is not on this page.`);
    }
    const id = space.ids.get(expected);
    const place = space.rankOf(id, direction, ids) + 1;
    return make("p", { class: "verdict" }, `✗ The textbook’s answer is ${expected}: here it is number ${number(place)}, with cosine ${cosineText(space.cosine(id, direction))}.`);
  }

  // Say what the answer would be if the three words were not left out.
  rule(ids, direction) {
    const { space } = this;
    const [first] = space.nearest(direction, 1);
    const kept = ids.includes(first.id);
    const text = kept ? "The three words are left out of the answers, as is usual. If they were not, the nearest would be "
      : "The three words are left out of the answers, as is usual; here it makes no difference: the nearest of all is ";
    return make("p", { class: "small", id: "rule" }, text, wordText(space.words[first.id]), ` (${cosineText(first.cosine)}).`);
  }

  walk([a, b, c], answer) {
    this.map.show({ walk: [{ from: b, to: a }, { from: c, to: answer }], named: [a, b, c, answer] });
    this.map.reach([a, b, c, answer]);
  }
}
