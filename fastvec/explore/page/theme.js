// Light and dark: as the system says, or as the switch does.

const THEME = "fastvec-theme";

function stored(value) {
  try {
    if (value !== undefined) localStorage.setItem(THEME, value);
    return localStorage.getItem(THEME);
  } catch {
    return null; // a frame of a notebook may store nothing
  }
}

// Call `changed` whenever colours change; the button has the name of the other theme.
function startTheme(button, changed) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = stored();
  const isDark = () => (chosen ? chosen === "dark" : system.matches);
  const apply = () => {
    document.documentElement.dataset.theme = isDark() ? "dark" : "light";
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Switch to ${isDark() ? "light" : "dark"} colours`);
    changed();
  };
  system.addEventListener("change", apply);
  button.addEventListener("click", () => {
    chosen = isDark() ? "light" : "dark";
    stored(chosen);
    apply();
  });
  apply();
}

// The colours of the map, from the style sheet.
function palette() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const districts = Array.from({ length: 8 }, (_, i) => colour(`--district-${i}`));
  return { districts, text: colour("--text"), surface: colour("--map"), accent: colour("--accent"), line: colour("--line") };
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
}
