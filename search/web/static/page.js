/* What makes the page better, and nothing that it needs: keys, the reader's time zone, short addresses. */
"use strict";

const links = () => [...document.querySelectorAll("a.go")].filter((link) => link.checkVisibility());

function move(step) {
  const all = links();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next].focus();
  all[next].closest("li").scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const field = document.getElementById("q");
  if (event.key === "/" && field) {
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
});

/* Fields that say nothing stay out of the address, which is there to be shared. */
for (const form of document.querySelectorAll("form[method=get]"))
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  });

/* The server writes times; from the next page on in the zone that the browser is in. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !/(^|; )polywire_zone=/.test(document.cookie))
  document.cookie = `polywire_zone=${zone}; path=/; max-age=31536000; samesite=lax`;

/* An address that leads to a folded article unfolds it. */
const aim = location.hash && document.getElementById(location.hash.slice(1));
const folded = aim && aim.closest("details");
if (folded) {
  folded.open = true;
  aim.scrollIntoView();
}
