// Counts what is left to be sent while drafts are left out.
(() => {
  "use strict";
  const count = document.getElementById("count");
  const boxes = [...document.querySelectorAll('input[name="left_out"]')];
  if (!count) return;
  const button = count.closest("button");

  function tell() {
    const left = boxes.filter((box) => !box.checked).length;
    count.textContent = left;
    button.disabled = !left;
    for (const box of boxes) box.closest("li").classList.toggle("left-out", box.checked);
  }

  document.addEventListener("change", tell);
  // The browser brings ticks back when one comes back to the page.
  window.addEventListener("pageshow", tell);
})();
