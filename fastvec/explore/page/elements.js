// Elements of the page. Words only ever become text, never HTML.

const LONGEST = 60; // characters of a word that are shown where there is little room

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

function shorter(word, most = LONGEST) {
  if (word === "") return "(the empty word)";
  if (word.length <= most) return word;
  return [...word.slice(0, 2 * most)].slice(0, most - 1).join("") + "…";
}

// A word in a text of another language: its direction of writing stays its own.
function wordText(word) {
  return make("bdi", word.length > LONGEST ? { title: word.slice(0, 1000) } : {}, shorter(word));
}

function number(value) {
  return value.toLocaleString("en");
}

function cosineText(value) {
  return value.toFixed(3).replace("-", "−");
}

// A list of words with their cosines and bars; `choose` gets the word of a click, `note` what is added to a line.
function wordList(space, found, choose, note = () => null) {
  const items = found.map(({ id, cosine }) => {
    const bar = make("span", { class: "bar", "aria-hidden": "true" }, make("span"));
    bar.firstChild.style.width = `${Math.max(0, cosine) * 100}%`;
    const button = make("button", { type: "button", class: "word", onclick: () => choose(id) }, wordText(space.words[id]));
    return make("li", { "data-word": space.words[id] }, button, note(id), bar, make("span", { class: "cosine" }, cosineText(cosine)));
  });
  return make("ol", { class: "words" }, ...items);
}

function unpacking() {
  return make("p", {}, "The vectors are still being unpacked …");
}

function announce(text) {
  document.getElementById("announcer").textContent = text;
}

function fill(element, ...children) {
  element.replaceChildren(...children.filter((child) => child !== null));
}
