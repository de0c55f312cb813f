// How the vectors were made: the loss curve and the settings, as the file has them.

function fillRun(files) {
  fill(document.getElementById("panel-run"), make("h2", {}, "The run"), ...files.flatMap((facts) => runOf(facts, files.length > 1)));
}

function runOf(facts, named) {
  const some = facts.nWords < facts.nAll ? `, of which this page has the ${number(facts.nWords)} ${facts.counts ? "most frequent" : "first"}` : "";
  return [
    named ? make("h3", {}, make("bdi", {}, facts.name)) : null,
    make("p", {}, `${number(facts.nAll)} words in ${number(facts.vectorSize)} dimensions${some}. The page has the vectors in half precision, at length 1.`),
    ...lossOf(facts.history),
    ...settingsOf(facts.settings),
  ];
}

function lossOf({ loss, epoch_loss: epochs }) {
  const found = [];
  if (loss && loss[1].some((value) => value !== null)) {
    const values = loss[1].filter((value) => value !== null);
    const label = `The mean loss of a prediction falls from ${short(Number(values[0].toPrecision(4)))} to ${short(Number(values[values.length - 1].toPrecision(4)))}`;
    found.push(lineChart(loss[0], loss[1], { label: label.replace("falls", values[0] > values[values.length - 1] ? "falls" : "goes"), xTitle: "tokens", yTitle: "loss" }));
  }
  if (epochs) {
    const rows = epochs.map((value, i) => [String(i + 1), value === null ? "not finite" : value.toPrecision(5)]);
    found.push(table(["Epoch", "Mean loss"], rows));
  }
  if (!found.length) found.push(make("p", { class: "notice" }, "The file has no history of training; .safetensors files of fastvec train have one."));
  return found;
}

function settingsOf(settings) {
  const rows = Object.entries(settings).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
  if (!rows.length) return [make("p", { class: "notice" }, "The file does not say with which settings it was trained.")];
  return [make("h3", {}, "Settings"), table(["Setting", "Value"], rows)];
}

function table(head, rows) {
  return make("table", { class: "facts-table" },
    make("thead", {}, make("tr", {}, ...head.map((title) => make("th", { scope: "col" }, title)))),
    make("tbody", {}, ...rows.map(([name, ...values]) => make("tr", {}, make("th", { scope: "row" }, make("bdi", {}, name)),
      ...values.map((value) => make("td", {}, make("bdi", {}, value)))))));
}
