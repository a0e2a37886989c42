"use strict";

// A draft computes while it is typed: the server is the only calculator, this only asks
// it and shows its answer.
{
  const PAUSE = 300;
  const draft = document.querySelector("[data-draft]");
  const form = draft && draft.closest("form");
  const totals = draft && draft.querySelector("[data-totals]");
  const problems = draft && draft.querySelector("[data-problems]");
  const touched = new Set();
  let waiting = 0;
  let asking = null;
  // What the totals on the page belong to.
  let computed = null;

  const rows = () =>
    [...form.querySelectorAll("#lines-group tr.form-row")].filter(
      (row) => !row.closest(".empty-form"),
    );
  const cellOf = (row) => row.querySelector("td.field-line_total");
  const prefixOf = (row) => {
    const named = row.querySelector("[name$='-quantity']");
    return named ? named.name.replace(/-quantity$/, "") : "";
  };

  function show(answer) {
    for (const row of rows()) {
      const cell = cellOf(row);
      if (!cell) continue;
      let text = cell.querySelector(".amount");
      if (!text) {
        text = document.createElement("span");
        text.className = "amount";
        (cell.querySelector("div") || cell).replaceChildren(text);
      }
      text.textContent = answer.lines[prefixOf(row)] || "";
    }
    totals.innerHTML = answer.totals;
    showErrors(answer.errors);
  }

  function showErrors(errors) {
    form.querySelectorAll("[data-told]").forEach((told) => told.remove());
    form.querySelectorAll("[data-wrong]").forEach((field) => {
      delete field.dataset.wrong;
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    });
    const general = [];
    for (const [name, messages] of Object.entries(errors)) {
      const field = form.elements.namedItem(name);
      if (!(field instanceof Element)) general.push(...messages);
      else if (touched.has(name)) tell(field, name, messages.join(" "));
    }
    problems.replaceChildren(
      ...general.map((message) => {
        const item = document.createElement("li");
        item.textContent = message;
        return item;
      }),
    );
    problems.hidden = general.length === 0;
  }

  function tell(field, name, message) {
    const told = document.createElement("p");
    told.dataset.told = "";
    told.className = "field-problem";
    told.id = `${name}-problem`;
    told.textContent = message;
    field.dataset.wrong = "";
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", told.id);
    (field.closest(".related-widget-wrapper") || field).after(told);
  }

  const content = () => new URLSearchParams(new FormData(form)).toString();

  async function compute() {
    const body = content();
    if (body === computed) return;
    computed = body;
    asking?.abort();
    asking = new AbortController();
    draft.dataset.computing = "";
    try {
      const answer = await fetch(draft.dataset.compute, {
        method: "POST",
        body,
        headers: {
          Accept: "application/json",
          "Content-Type": "application/x-www-form-urlencoded",
        },
        signal: asking.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.json());
      delete draft.dataset.computing;
    } catch (error) {
      if (error.name === "AbortError") return;
      computed = null;
      delete draft.dataset.computing;
    }
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(compute, PAUSE);
  }

  // --- what a product puts on its line -----------------------------------------------

  async function fill(select) {
    const row = select.closest("tr.form-row");
    const prefix = select.name.replace(/-product$/, "");
    if (!row || !select.value) return;
    const asked = new URL(draft.dataset.product, location.href);
    asked.searchParams.set("product", select.value);
    asked.searchParams.set("currency", form.elements.currency?.value || "");
    const answer = await fetch(asked, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const offer = await answer.json();
    set(`${prefix}-description`, offer.description);
    set(`${prefix}-unit_price`, offer.unit_price ?? "");
    const quantity = form.elements.namedItem(`${prefix}-quantity`);
    if (quantity && !quantity.value) quantity.value = "1";
    const tax = form.elements.namedItem(`${prefix}-tax`);
    if (tax && offer.tax) choose(tax, String(offer.tax.id), offer.tax.text);
    note(row, offer.note);
    soon();
  }

  // What is agreed with a partner, as long as the person has not said otherwise.
  async function agree(select) {
    const free = () => !("bound" in draft.dataset) && !touched.has("currency");
    if (!draft.dataset.partner || !select.value || !free()) return;
    const asked = new URL(draft.dataset.partner, location.href);
    asked.searchParams.set("partner", select.value);
    const answer = await fetch(asked, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { currency } = await answer.json();
    if (!currency || !free()) return;
    set("currency", currency);
    soon();
  }

  function set(name, value) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }

  function choose(select, key, text) {
    if (![...select.options].some((option) => option.value === key)) {
      select.append(new Option(text, key, true, true));
    }
    select.value = key;
    django.jQuery(select).trigger("change");
  }

  function note(row, text) {
    row.querySelector(".line-note")?.remove();
    if (!text) return;
    const told = document.createElement("p");
    told.className = "line-note";
    told.setAttribute("role", "status");
    told.textContent = text;
    row.querySelector("td.field-unit_price")?.append(told);
  }

  // --- the names of choices: what the theme makes of a select has none by itself ------

  function nameChoices() {
    for (const select of form.querySelectorAll("select.select2-hidden-accessible")) {
      const box = select.nextElementSibling?.querySelector(".select2-selection");
      const text = box?.querySelector(".select2-selection__rendered");
      if (!text || box.dataset.named) continue;
      const label = select.labels[0]?.textContent || select.getAttribute("aria-label");
      const name = document.createElement("span");
      name.id = `${select.id}-name`;
      name.hidden = true;
      name.textContent = (label || "").replace("*", "").trim();
      box.append(name);
      box.dataset.named = "";
      box.setAttribute("aria-labelledby", `${name.id} ${text.id}`);
      text.setAttribute("aria-labelledby", name.id);
    }
  }

  // --- a line more, from the keyboard -------------------------------------------------

  function addLine() {
    const before = rows().length;
    form.querySelector("#lines-group .add-row:is(a), #lines-group .add-row a")?.click();
    const after = rows();
    if (after.length > before) focusOn(after[after.length - 1]);
  }

  function focusOn(row) {
    const first = row.querySelector(".select2-selection, textarea, input:not([type=hidden])");
    first?.focus();
  }

  function pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.isComposing) return;
    const row = event.target.closest?.("#lines-group tr.form-row");
    if (!row || !event.target.matches("input, textarea")) return;
    event.preventDefault();
    const all = rows();
    const place = all.indexOf(row);
    if (place === all.length - 1) addLine();
    else focusOn(all[place + 1]);
  }

  if (form) {
    form.addEventListener("input", (event) => {
      if (event.target.name) touched.add(event.target.name);
      soon();
    });
    form.addEventListener("keydown", pressed);
    // After the theme has made its choices of them.
    addEventListener("load", () => setTimeout(nameChoices, 0));
    document.addEventListener("formset:added", () => setTimeout(nameChoices, 0));
    document.addEventListener("formset:removed", soon);
    // The theme's choices tell of changes only through jQuery.
    django.jQuery(form).on("change", "select, input[type=checkbox], input.vDateField", (event) => {
      touched.add(event.target.name);
      soon();
    });
    // Only what a person chooses: the theme says "change" of what it finds, too.
    django.jQuery(form).on("select2:select", "select[name$='-product']", (event) => {
      fill(event.target);
    });
    django.jQuery(form).on("select2:select", "select[name=partner]", (event) => {
      agree(event.target);
    });
    // What was sent and came back is not what is stored.
    if ("bound" in draft.dataset) soon();
    else computed = content();
  }
}
