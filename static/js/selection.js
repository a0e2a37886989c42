// Adds up what is chosen on the list of drafts, exactly, currency by currency.
(() => {
  "use strict";
  const form = document.getElementById("selection");
  const all = document.getElementById("select-all");
  const told = document.getElementById("selected");
  if (!form || !told) return;
  const bar = told.closest(".act-bar");
  const boxes = [...form.querySelectorAll('input[name="invoice"]:not(:disabled)')];
  const button = document.getElementById("compose");
  const empty = told.textContent;
  // How the reader's language writes numbers.
  const { words, point, group } = told.dataset;
  const isCodeFirst = "codeFirst" in told.dataset;

  function written(units, decimals) {
    const digits = units.toString().padStart(decimals + 1, "0");
    const whole = digits.slice(0, digits.length - decimals);
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
    return decimals ? `${grouped}${point}${digits.slice(-decimals)}` : grouped;
  }

  function money(code, [units, decimals]) {
    const pair = [code, written(units, decimals)];
    return (isCodeFirst ? pair : pair.reverse()).join("\u00a0");
  }

  function chosenSums() {
    const sums = new Map();
    for (const box of boxes.filter((one) => one.checked)) {
      const { currency, units, decimals } = box.dataset;
      const [sum] = sums.get(currency) || [0n];
      sums.set(currency, [sum + BigInt(units), Number(decimals)]);
    }
    return sums;
  }

  function allSums() {
    const parts = told.dataset.sums.split(";").filter(Boolean);
    return new Map(parts.map((part) => {
      const [currency, units, decimals] = part.split(" ");
      return [currency, [BigInt(units), Number(decimals)]];
    }));
  }

  function tell() {
    const every = Boolean(all && all.checked);
    const count = every ? Number(form.dataset.all) : boxes.filter((one) => one.checked).length;
    const sums = [...(every ? allSums() : chosenSums())].sort();
    const amounts = sums.map(([code, sum]) => money(code, sum)).join(" · ");
    told.textContent = count ? words.replace("{count}", count).replace("{sums}", amounts) : empty;
    button.disabled = !count;
    // With nothing chosen it stays at the list's end instead of covering it.
    bar.classList.toggle("idle", !count);
  }

  form.addEventListener("change", (event) => {
    if (event.target === all) {
      for (const box of boxes) box.checked = all.checked;
    } else if (all) {
      all.checked = false;
    }
    tell();
  });
  // The browser brings ticks back when one comes back to the page.
  window.addEventListener("pageshow", tell);
  tell();
})();
