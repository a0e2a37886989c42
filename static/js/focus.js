// The theme hides a page until its scripts have run, and what is hidden takes no focus.
document.addEventListener("alpine:initialized", () => {
  requestAnimationFrame(() => {
    const wanted = document.querySelector("#content [autofocus]");
    if (wanted && document.activeElement === document.body) wanted.focus();
  });
});
