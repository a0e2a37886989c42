// Shows a mail template filled with made-up values while it is written, and begins
// one with the words that are sent without it.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-preview]");
  const form = box && box.closest("form");
  const field = (name) => form.elements.namedItem(name);
  if (!form || !field("body")) return;
  const part = (name) => box.querySelector(`.mail-preview-${name}`);
  let waiting = 0;
  let asked = 0;
  let ours = { subject: "", body: "" };

  const paragraph = (text, told) => {
    const shown = document.createElement("p");
    const isLink = text.trim() === told.link;
    shown.textContent = isLink ? told.button : text;
    shown.className = isLink ? "mail-preview-button" : "";
    return shown;
  };

  const show = (told) => {
    const body = told.body || "";
    part("subject").textContent = told.subject || "";
    part("text").textContent = body;
    const pieces = body.split("\n\n").filter((piece) => piece.trim());
    part("body").replaceChildren(...pieces.map((piece) => paragraph(piece, told)));
    part("error").textContent = told.error || "";
    part("error").hidden = !told.error;
    part("mail").hidden = Boolean(told.error);
  };

  // Words that nobody has touched give way to those of the purpose and language.
  const begin = (next) => {
    const names = ["subject", "body"];
    const fresh = names.every((name) => !field(name).value.trim() || field(name).value === ours[name]);
    const chosen = field("purpose").value && field("language").value;
    if (!next || !fresh || !chosen) return false;
    ours = next;
    const differs = names.some((name) => field(name).value !== next[name]);
    for (const name of names) field(name).value = next[name];
    return differs;
  };

  const refresh = async () => {
    const mine = ++asked;
    const data = new FormData();
    const names = ["csrfmiddlewaretoken", "purpose", "language", "subject", "body"];
    for (const name of names) data.set(name, field(name).value);
    data.set("business", field("business") ? field("business").value : box.dataset.business || "");
    try {
      const answer = await fetch(box.dataset.preview, { method: "POST", body: data });
      const told = await answer.json();
      // An older answer must not replace a newer one.
      if (mine !== asked) return;
      if (isStart && begin(told.ours)) later();
      else show(told);
    } catch {
      if (mine === asked) show({ error: "The preview cannot be reached." });
    }
  };

  // While somebody types, an emptied field stays empty.
  let isStart = true;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 300);
  };
  form.addEventListener("input", (event) => {
    isStart = ["purpose", "language"].includes(event.target.name);
    later();
  });
  form.addEventListener("change", later);
  // The admin's search boxes tell only jQuery of a choice.
  if (window.django && django.jQuery) django.jQuery(form).on("change", "select", later);
  refresh();
});
