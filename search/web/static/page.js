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
if (zone && !document.cookie.split("; ").includes(`polywire_zone=${zone}`))
  document.cookie = `polywire_zone=${zone}; path=/; max-age=31536000; samesite=lax`;

/* An address that leads to a folded article unfolds it. */
const aim = location.hash && document.getElementById(location.hash.slice(1));
const folded = aim && aim.closest("details");
if (folded) {
  folded.open = true;
  aim.scrollIntoView();
}

/* What was written into a form is there again where the session had ended when it was sent. */
const WRITTEN = "polywire_written";
const written = document.querySelector("form[data-home]");
const door = document.querySelector('form[action="/login"]');
const fields = (form) => [...form.elements].filter((one) => one.name && !["hidden", "submit"].includes(one.type));
try {
  const kept = JSON.parse(sessionStorage.getItem(WRITTEN) || "null");
  if (door && kept) door.elements.next.value = kept.home;
  if (!door) sessionStorage.removeItem(WRITTEN);
  if (written && kept && kept.home === written.dataset.home)
    for (const one of fields(written))
      if (one.type === "checkbox") one.checked = one.name in kept.values;
      else if (one.name in kept.values) one.value = kept.values[one.name];
  if (written)
    written.addEventListener("submit", () => {
      const values = Object.fromEntries(fields(written).filter((one) => one.type !== "checkbox" || one.checked).map((one) => [one.name, one.value]));
      sessionStorage.setItem(WRITTEN, JSON.stringify({ home: written.dataset.home, values }));
    });
} catch {
  /* A browser that stores nothing. */
}
