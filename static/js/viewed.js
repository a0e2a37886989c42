// Tells that a person has the document before them, once it has been visible a moment.
(() => {
  "use strict";
  const page = document.querySelector("[data-viewed]");
  if (!page) return;
  let timer = 0;

  function tell() {
    document.removeEventListener("visibilitychange", look);
    fetch(page.dataset.viewed, {
      method: "POST",
      headers: { "X-CSRFToken": page.dataset.token },
      keepalive: true,
    }).catch(() => {});
  }

  function look() {
    clearTimeout(timer);
    if (document.visibilityState === "visible" && !document.prerendering) {
      timer = setTimeout(tell, 700);
    }
  }

  document.addEventListener("visibilitychange", look);
  document.addEventListener("prerenderingchange", look);
  look();
})();
