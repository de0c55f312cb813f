// The page starts: first the words and the map, then, piece by piece, the vectors.

const facts = parsed("about");

function describe() {
  const [first, second] = facts.files;
  const size = `${number(first.vectorSize)} dimensions`;
  document.getElementById("summary").textContent = `${wordsOf(first)}, ${size}; the map by ${facts.method}`;
  document.getElementById("overlay").setAttribute("aria-label", `Map of ${number(first.nWords)} words by ${facts.method}`);
  document.getElementById("tab-compare").hidden = !second;
}

function fail(error) {
  const notice = document.getElementById("notice");
  const old = typeof DecompressionStream === "undefined";
  notice.textContent = old ? "This browser is too old for this page: it needs Chrome or Edge 103, Firefox 113, Safari 16.4, or newer."
    : `The page could not be unpacked: ${error.message}`;
  notice.hidden = false;
  document.getElementById("loading").hidden = true;
}

// Wait until the parser has come to a block, which stands after the scripts.
function parsedWhole() {
  if (document.readyState !== "loading") return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
}

async function start() {
  describe();
  const spaces = [new Space(facts.files[0], await unpackedJson("words-0"))];
  const [space] = spaces;
  const points = new Float32Array((await unpacked("points")).buffer);
  const districts = await unpacked("districts");
  const names = facts.districts.map((ids) => ids.map((id) => shorter(space.words[id], 16)).join(", "));
  const completion = new Completion(space.words);
  let state = null;

  const map = new CityMap(space, { points, districts, names });
  startTheme(document.getElementById("theme"), () => map.recolour());
  startLegend(map, names);
  const parts = { space, spaces, map, completion, names, go };
  const panels = { word: new NearestPanel(parts), analogy: new AnalogyPanel(parts), pairs: new PairsPanel(parts) };
  fillRun(facts.files);
  const tabs = document.getElementById("tabs");

  function apply() {
    const known = { word: 1, analogy: 1, pairs: 1, run: 1, compare: facts.files.length > 1 };
    if (!known[state.tab]) state = { tab: "word" };
    showTab(tabs, state.tab);
    if (state.tab === "word") panels.word.show(state.word);
    else if (state.tab === "analogy") panels.analogy.show(state.analogy);
    else if (state.tab === "compare") panels.compare?.show(state.word);
    else map.show();
    if (state.tab === "pairs") panels.pairs.show(state);
  }

  // Show a state and make it the address; `replaced`: without a step for the back button.
  function go(next, replaced = false) {
    state = next;
    apply();
    const link = linkTo(state);
    try {
      if (replaced) history.replaceState(null, "", link);
      else if (location.hash !== link) location.hash = link;
    } catch {
      // a frame of a notebook has no address of its own
    }
  }

  startTabs(tabs, (tab) => {
    const word = panels.word.word;
    const kept = { word: { word }, compare: { word }, analogy: { analogy: panels.analogy.words }, pairs: panels.pairs.state };
    go({ ...kept[tab], tab });
  });
  startGestures(map, {
    hover: (id) => {
      if (map.hovered === id) return;
      map.hovered = id;
      if (state.tab === "word") panels.word.preview(id);
      map.change();
    },
    choose: (id) => go({ tab: state.tab === "compare" ? "compare" : "word", word: space.words[id] }),
  });
  const search = document.getElementById("search");
  new Combobox(search, document.getElementById("search-list"), {
    space, complete: (text) => completion.of(text),
    choose: (text) => text && go({ tab: "word", word: space.entered(text) }),
  });
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address is that of what is shown
    document.getElementById("panels").focus();
  });
  addEventListener("hashchange", () => {
    const next = stateOf(location.hash);
    if (linkTo(next) !== linkTo(state)) {
      state = next;
      apply();
    }
  });
  state = stateOf(location.hash);
  apply();

  await parsedWhole();
  const bar = document.getElementById("progress");
  for (const [i, file] of facts.files.entries()) {
    if (i > 0) spaces.push(new Space(file, await unpackedJson(`words-${i}`)));
    const share = (part) => (bar.value = (i + part) / facts.files.length);
    spaces[i].rows = await unitRows(await unpacked(`vectors-${i}`, share), file.nWords, file.vectorSize);
  }
  if (spaces.length > 1) panels.compare = new ComparePanel(parts);
  document.getElementById("loading").hidden = true;
  document.documentElement.dataset.ready = "true";
  apply();
}

start().catch(fail);
