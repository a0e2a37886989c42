// Shows a mail template filled with made-up values while it is written.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-preview]");
  const form = box && box.closest("form");
  if (!form || !form.elements.namedItem("body")) return;
  const part = (name) => box.querySelector(`.mail-preview-${name}`);
  let waiting = 0;
  let asked = 0;

  const show = (subject, body, error) => {
    part("subject").textContent = subject;
    part("body").textContent = body;
    part("error").textContent = error;
    part("error").hidden = !error;
  };

  const refresh = async () => {
    const mine = ++asked;
    const data = new FormData();
    const names = ["csrfmiddlewaretoken", "purpose", "language", "subject", "body"];
    for (const name of names) data.set(name, form.elements.namedItem(name).value);
    const business = form.elements.namedItem("business");
    data.set("business", business ? business.value : box.dataset.business || "");
    try {
      const answer = await fetch(box.dataset.preview, { method: "POST", body: data });
      const told = await answer.json();
      // An older answer must not replace a newer one.
      if (mine === asked) show(told.subject || "", told.body || "", told.error || "");
    } catch {
      if (mine === asked) show("", "", "The preview cannot be reached.");
    }
  };

  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 300);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  refresh();
});
