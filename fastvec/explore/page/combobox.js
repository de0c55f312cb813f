// A text field that completes words, as the ARIA Authoring Practices describe a combobox with a listbox.

class Combobox {
  // `complete` returns the ids of words that fit a text; `choose` gets the text that is chosen or entered.
  constructor(input, list, { space, complete, choose = () => {} }) {
    Object.assign(this, { input, list, space, complete, choose, found: [], at: -1 });
    input.addEventListener("input", () => this.open());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // down, not click: the field would lose the focus first
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest('[role="option"]');
      if (option) this.pick([...list.children].indexOf(option));
    });
  }

  open() {
    this.found = this.complete(this.input.value);
    this.at = -1;
    const options = this.found.map((id, i) =>
      make("li", { role: "option", id: `${this.list.id}-${i}`, "aria-selected": "false" }, wordText(this.space.words[id])),
    );
    fill(this.list, ...options);
    this.show(options.length > 0);
  }

  show(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", isOpen);
    if (!isOpen) this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.show(false);
  }

  move(step) {
    if (this.list.hidden) return this.open();
    const n = this.found.length;
    if (!n) return;
    this.at = (this.at + step + (this.at < 0 && step < 0 ? 1 : 0) + n) % n;
    [...this.list.children].forEach((option, i) => option.setAttribute("aria-selected", i === this.at));
    const option = this.list.children[this.at];
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!this.list.hidden && this.at >= 0) this.pick(this.at);
      else {
        this.close();
        this.choose(this.input.value);
      }
    }
  }

  pick(i) {
    this.input.value = this.space.words[this.found[i]];
    this.close();
    this.choose(this.input.value);
  }
}

// Return a labelled field with its list of completions.
function wordField(id, label, options) {
  const list = make("ul", { id: `${id}-list`, role: "listbox", "aria-label": `Words for ${label}`, hidden: true });
  const input = make("input", {
    id, type: "text", role: "combobox", autocomplete: "off", autocapitalize: "none", spellcheck: "false",
    "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
  });
  const box = make("div", { class: "field" }, make("label", { for: id }, label), input, list);
  return { box, input, combobox: new Combobox(input, list, options) };
}
