// What every page of the admin does for the keyboard, besides the theme's own.
(() => {
  "use strict";

  // The theme looks for a text box beside each file field; plain ones have none.
  function leavePlainFiles() {
    for (const input of document.querySelectorAll("input[type=file]")) {
      const box = input.parentNode.parentNode.parentNode.querySelector("input[type=text]");
      if (!box || !box.disabled) input.hasChangeListener = true;
    }
  }

  function placeholder() {
    const words = document.querySelector("[data-placeholder]");
    const search = document.getElementById("search-input-command");
    if (!words || !search) return;
    search.placeholder = words.dataset.placeholder;
    search.setAttribute("aria-label", words.dataset.placeholder);
  }

  // What a narrow column cuts off is told when one points at it.
  function tellCut(event) {
    const cell = event.target.closest && event.target.closest("#result_list td, #result_list th");
    if (cell && cell.scrollWidth > cell.clientWidth && !cell.title) {
      cell.title = cell.textContent.trim();
    }
  }

  // Ctrl+Enter saves the form one is in.
  function save(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.form;
    if (!form || form.method !== "post") return;
    const buttons = [...form.elements].filter((one) => one.type === "submit");
    const button = buttons.find((one) => one.name === "_save");
    if (!button && buttons.length !== 1) return;
    event.preventDefault();
    form.requestSubmit(button || buttons[0]);
  }

  document.addEventListener("DOMContentLoaded", () => {
    leavePlainFiles();
    placeholder();
  });
  document.addEventListener("mouseover", tellCut);
  document.addEventListener("keydown", save);
})();
