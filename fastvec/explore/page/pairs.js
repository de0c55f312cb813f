// The training pairs of a sentence, window by window: what skip-gram and CBOW learn from.

const SENTENCE = "the quick brown fox jumps over the lazy dog";
const WIDEST = 15;
const MOST_ROWS = 2000; // pairs that are shown

class PairsPanel {
  constructor({ space, go }) {
    Object.assign(this, { space, go, state: { tab: "pairs", text: SENTENCE, window: 2, centre: 2, model: "skipgram" } });
    this.text = make("input", { id: "sentence", type: "text", spellcheck: "false", oninput: () => this.change({ text: this.text.value }) });
    this.window = make("input", { id: "window", type: "range", min: 1, max: WIDEST, oninput: () => this.change({ window: Number(this.window.value) }) });
    this.centre = make("input", { id: "centre", type: "range", min: 0, oninput: () => this.change({ centre: Number(this.centre.value) }) });
    this.windowText = make("output", { for: "window" });
    this.models = [["skipgram", "skip-gram"], ["cbow", "CBOW"]].map(([value, label]) => {
      const input = make("input", { type: "radio", name: "model", id: `model-${value}`, value, onchange: () => this.change({ model: value }) });
      return [input, make("label", { for: input.id }, label)];
    });
    this.tokens = make("ol", { class: "tokens", "aria-label": "The sentence: press a word to make it the centre" });
    this.note = make("p", { class: "small" });
    this.rows = make("div", { class: "rows" });
    fill(
      document.getElementById("panel-pairs"),
      make("h2", {}, "Training pairs"),
      make("div", { class: "field" }, make("label", { for: "sentence" }, "Sentence"), this.text),
      make("fieldset", { class: "models" }, make("legend", {}, "Model"), ...this.models.flat()),
      make("div", { class: "field" }, make("label", { for: "window" }, "Window: ", this.windowText), this.window),
      make("div", { class: "field" }, make("label", { for: "centre" }, "Centre"), this.centre),
      this.tokens, this.note, this.rows,
    );
  }

  change(part) {
    this.go({ ...this.state, ...part }, true);
  }

  show(asked) {
    const known = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    const state = { ...this.state, ...known, tab: "pairs" };
    const words = tokensOf(state.text);
    state.window = Math.max(1, Math.min(WIDEST, state.window));
    state.centre = Math.max(0, Math.min(words.length - 1, state.centre));
    this.state = state;
    if (this.text.value !== state.text) this.text.value = state.text;
    this.window.value = state.window;
    this.windowText.textContent = `${state.window} to each side`;
    this.centre.max = Math.max(0, words.length - 1);
    this.centre.value = state.centre;
    this.centre.setAttribute("aria-valuetext", words[state.centre] ?? "no word");
    for (const [input] of this.models) input.checked = input.value === state.model;
    this.draw(words);
  }

  draw(words) {
    const { centre, window: width, model } = this.state;
    const places = windowPlaces(words.length, centre, width);
    this.mark(words, centre, places);
    const pairs = pairsOf(words.length, width, model);
    const unknown = new Set(words.filter((word) => !this.space.ids.has(word)));
    const lost = unknown.size ? ` Crossed out: not among the words of this page. The pairs are those of the sentence as it stands; training leaves out the words that are not in its vocabulary before it draws windows.` : "";
    const more = pairs.length > MOST_ROWS ? `, of which the first ${number(MOST_ROWS)} are shown` : "";
    this.note.textContent = `${number(pairs.length)} pairs in all windows${more}. ${model === "cbow" ? "CBOW predicts the centre from the mean of its window." : "Skip-gram predicts each context word from the centre."}${lost}`;
    fill(this.rows, pairs.length ? this.table(words, pairs.slice(0, MOST_ROWS)) : make("p", { class: "notice" }, "A pair needs two words."));
  }

  mark(words, centre, places) {
    fill(this.tokens, ...words.map((word, i) => {
      const kind = i === centre ? "centre" : places.includes(i) ? "context" : "rest";
      const known = this.space.ids.has(word) ? "" : " unknown";
      const button = make("button", { type: "button", class: kind + known, "aria-pressed": i === centre,
        title: known ? "not among the words of this page" : null, onclick: () => this.choose(i) }, wordText(word));
      return make("li", {}, button);
    }));
  }

  choose(centre) {
    this.change({ centre });
    this.tokens.children[centre]?.firstChild.focus();
  }

  table(words, pairs) {
    const cbow = this.state.model === "cbow";
    const width = this.state.window;
    const head = cbow ? ["Context", "Centre"] : ["Centre", "Context", "Distance", "Trained in"];
    const body = pairs.map(({ centre, places }, i) => {
      const list = make("bdi", {}, ...places.flatMap((place, j) => [j ? " " : "", wordText(words[place])]));
      const light = () => {
        this.change({ centre });
        if (!cbow) this.lightPair(centre, places[0]);
        this.rows.querySelectorAll("button")[i]?.focus();
      };
      const first = make("button", { type: "button", onclick: light }, cbow ? list : wordText(words[centre]));
      const distance = Math.abs(places[0] - centre);
      const share = `${Math.round((100 * (width - distance + 1)) / width)} %`;
      const cells = cbow ? [first, wordText(words[centre])] : [first, list, String(distance), share];
      return make("tr", { "aria-current": centre === this.state.centre ? "true" : null, onclick: (event) => {
        if (!event.target.closest("button")) light();
      } }, ...cells.map((cell) => make("td", {}, cell)));
    });
    const note = cbow ? null : make("caption", { class: "small" },
      "“Trained in”: the share of the epochs, where the window shrinks at random (shrink_windows).");
    return make("table", {}, note, make("thead", {}, make("tr", {}, ...head.map((title) => make("th", { scope: "col" }, title)))),
      make("tbody", {}, ...body));
  }

  lightPair(centre, place) {
    for (const [i, item] of [...this.tokens.children].entries()) {
      item.firstChild.classList.toggle("pair", i === centre || i === place);
    }
  }
}
