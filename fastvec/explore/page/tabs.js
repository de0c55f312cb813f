// Tabs, as the ARIA Authoring Practices describe them: arrow keys, Home and End move, and what has focus is shown.

function startTabs(list, choose) {
  const tabs = () => [...list.querySelectorAll('[role="tab"]:not([hidden])')];
  list.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) choose(tab.id.slice("tab-".length));
  });
  list.addEventListener("keydown", (event) => {
    const all = tabs();
    const at = all.indexOf(document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    const tab = all[(next + all.length) % all.length];
    tab.focus();
    choose(tab.id.slice("tab-".length));
  });
}

function showTab(list, name) {
  for (const tab of list.querySelectorAll('[role="tab"]')) {
    const chosen = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !chosen;
    if (chosen) list.scrollLeft = tab.offsetLeft + tab.offsetWidth - list.clientWidth; // where not all have room
  }
}
