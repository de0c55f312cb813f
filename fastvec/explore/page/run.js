// How the vectors were made: the loss curve and the settings, as the file has them.

function fillRun(files) {
  fill(document.getElementById("panel-run"), make("h2", {}, "The run"), ...files.flatMap((facts) => runOf(facts, files.length > 1)));
}

function runOf(facts, named) {
  return [
    named ? make("h3", {}, make("bdi", {}, facts.name)) : null,
    make("p", {}, `The page has ${wordsOf(facts)} in ${number(facts.vectorSize)} dimensions, in half precision, at length 1.`),
    ...lossOf(facts),
    ...settingsOf(facts.settings),
  ];
}

function lossOf({ course, epochs }) {
  const found = [];
  const known = course?.y.filter((value) => value !== null) ?? [];
  if (known.length) {
    const [first, last] = [known[0], known[known.length - 1]].map((value) => short(Number(value.toPrecision(4))));
    const label = `The ${course.yName} over the ${course.xName}: first ${first}, last ${last}`;
    found.push(lineChart(course.x, course.y, { label, xTitle: course.xName, yTitle: course.yName }));
  }
  if (epochs) {
    const rows = epochs.y.map((value, i) => [String(epochs.x[i]), value === null ? "not finite" : value.toPrecision(5)]);
    found.push(table([epochs.xName, epochs.yName], rows));
  }
  if (!found.length) found.push(make("p", { class: "notice" }, "The file has no losses: vectors have them after training by epochs, and .safetensors files keep them."));
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
