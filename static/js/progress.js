// Brings the changing part of a run's page up to date, once a second while it changes.
(() => {
  "use strict";
  const place = document.getElementById("progress");
  const stop = document.getElementById("stop");
  if (!place) return;

  function replace(id, fresh) {
    const old = document.getElementById(id);
    const now = fresh.getElementById(id);
    // What somebody is about to press stays where it is.
    if (!old || !now || old.contains(document.activeElement)) return;
    if (old.outerHTML !== now.outerHTML) old.replaceWith(now);
  }

  function isLive() {
    return Boolean(place.querySelector("[data-live]"));
  }

  async function look() {
    const answer = await fetch(place.dataset.url);
    if (!answer.ok || answer.redirected) return location.reload();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    replace("figures", fresh);
    replace("troubles", fresh);
    // It does not change once it is there, and somebody may have opened it.
    if (!place.querySelector("#documents details")) replace("documents", fresh);
    if (stop) stop.hidden = !fresh.querySelector("[data-running]");
  }

  async function watch() {
    while (isLive()) {
      await new Promise((done) => setTimeout(done, 1000));
      await look().catch(() => {});
    }
  }

  watch();
})();
