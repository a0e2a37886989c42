"use strict";

// Sections of a page as tabs; without this script they stand one below the other.
for (const group of document.querySelectorAll("[data-tabs]")) {
  const list = group.querySelector("[data-tab-list]");
  const sections = [...group.querySelectorAll("[data-tab]")];
  list.setAttribute("role", "tablist");
  const tabs = sections.map((section) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.textContent = section.dataset.tab;
    tab.id = `tab-${section.id}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", section.id);
    section.setAttribute("role", "tabpanel");
    section.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => {
      history.replaceState(null, "", `#${section.id}`);
      choose(section);
    });
    list.append(tab);
    return tab;
  });

  function choose(chosen) {
    sections.forEach((section, place) => {
      section.hidden = section !== chosen;
      tabs[place].setAttribute("aria-selected", String(section === chosen));
      tabs[place].tabIndex = section === chosen ? 0 : -1;
    });
  }

  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const place = tabs.indexOf(document.activeElement);
    const next = tabs[(place + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });

  const wanted = () => sections.find((one) => `#${one.id}` === location.hash);
  addEventListener("hashchange", () => wanted() && choose(wanted()));
  choose(wanted() || sections[0]);
}
