// Shows the mail as it will look while its words are written.
(() => {
  "use strict";
  const form = document.getElementById("letter");
  const mail = document.getElementById("mail");
  if (!form || !mail) return;
  let timer = 0;
  let asked = 0;

  async function show() {
    const mine = ++asked;
    const answer = await fetch(form.dataset.previewUrl, { method: "POST", body: new FormData(form) });
    if (!answer.ok || answer.redirected) return;
    const html = await answer.text();
    if (mine === asked) mail.innerHTML = html;
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(() => show().catch(() => {}), 300);
  }

  form.addEventListener("input", soon);
  // A list that belongs to the form but stands elsewhere on the page.
  for (const other of form.elements) if (!form.contains(other)) other.addEventListener("change", soon);
})();
