// Shows a document beside the list without leaving it; without this the link does.
(() => {
  "use strict";
  const pane = document.getElementById("preview");
  if (!pane) return;
  let asked = 0;

  async function show(link) {
    const mine = ++asked;
    pane.setAttribute("aria-busy", "true");
    const answer = await fetch(link.dataset.preview, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return location.assign(link.href);
    const html = await answer.text();
    if (mine !== asked) return;
    pane.innerHTML = html;
    pane.removeAttribute("aria-busy");
    for (const row of document.querySelectorAll(".row.shown")) row.classList.remove("shown");
    link.closest(".row").classList.add("shown");
    if (getComputedStyle(pane).position !== "sticky") pane.scrollIntoView({ block: "start" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-preview]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(link).catch(() => location.assign(link.href));
  });

  // Up and down walk through the list, from name to name.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches("a[data-preview]")) return;
    const links = [...document.querySelectorAll("a[data-preview]")];
    const next = links[links.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
})();
