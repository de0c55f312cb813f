// The districts with their colours: a press lights one up.

function startLegend(map, names) {
  const sizes = new Array(names.length).fill(0);
  for (const district of map.districts) sizes[district]++;
  const buttons = names.map((name, district) => {
    const swatch = make("span", { class: `swatch district-${district}`, "aria-hidden": "true" });
    return make("button", { type: "button", "aria-pressed": "false", title: `${number(sizes[district])} words`, onclick: () => press(district) },
      swatch, make("bdi", {}, name));
  });
  const press = (district) => {
    map.only = map.only === district ? -1 : district;
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", i === map.only));
    map.change();
  };
  fill(document.getElementById("legend"), ...buttons.map((button) => make("li", {}, button)));
}
