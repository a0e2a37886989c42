// The theme hides a page until its scripts have run, and what is hidden takes no focus.
document.addEventListener("alpine:initialized", () => {
  // On a page that adds a row one begins in the first field that is still empty.
  function firstEmpty() {
    const form = document.querySelector("body.change-form #content-main form");
    if (!form || !location.pathname.endsWith("/add/")) return null;
    const fields = form.querySelectorAll("input[type=text], input[type=email], input[type=url], input[type=number], input[type=date], input:not([type]), select, textarea");
    const empty = [...fields].find((one) => !one.value && !one.disabled && !one.readOnly);
    const stand = empty && empty.nextElementSibling;
    return (stand && stand.querySelector(".select2-selection")) || empty;
  }

  function begin() {
    requestAnimationFrame(() => {
      const wanted = document.querySelector("#content [autofocus]") || firstEmpty();
      if (wanted && document.activeElement === document.body) wanted.focus();
    });
  }

  // Fields that complete what one types are made when all has been loaded.
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
});
