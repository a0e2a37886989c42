"use strict";
// A button with data-copies="<id>" copies that element's text.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      button.textContent = button.dataset.copied;
    } catch {
      // Without the permission to write: let it be marked, to be copied by hand.
      getSelection().selectAllChildren(source);
    }
  });
}
