"use strict";
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

// Films are read when they come near, and play while they are seen. A click stops one, or plays it.
function read(video) { if (video.dataset.src) { video.src = video.dataset.src; delete video.dataset.src; } }
function play(video) {
  read(video); // before: a source that is set later would stop it
  video.play().catch(() => {}); // a film that scrolls away again before it plays
}
const near = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    if (!isIntersecting) continue;
    read(target);
    near.unobserve(target);
  }
}, { rootMargin: "600px 0px" });
const visible = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    if (target instanceof SVGSVGElement) {
      if (isIntersecting && !still) target.unpauseAnimations(); else target.pauseAnimations();
    } else if (isIntersecting && !still && !target.dataset.stopped) play(target); else target.pause();
  }
}, { threshold: 0.25 });
for (const video of all("video")) {
  near.observe(video);
  visible.observe(video);
  video.addEventListener("click", () => {
    if (video.paused) { delete video.dataset.stopped; play(video); } else { video.dataset.stopped = "yes"; video.pause(); }
  });
}
for (const svg of all("svg.curve")) { svg.pauseAnimations(); visible.observe(svg); }

// Tabs and copying.
for (const lines of all(".lines")) {
  const tabs = all("[role=tab]", lines), panels = all("pre", lines), copy = lines.querySelector(".copy");
  tabs.forEach((tab, k) => tab.addEventListener("click", () => tabs.forEach((other, i) => {
    other.setAttribute("aria-selected", String(i === k));
    panels[i].hidden = i !== k;
  })));
  copy.addEventListener("click", async () => {
    const shown = panels.find((panel) => !panel.hidden);
    try { await navigator.clipboard.writeText(shown.textContent); } catch { selected(shown); }
    copy.textContent = "Copied";
    copy.classList.add("done");
    setTimeout(() => { copy.textContent = "Copy"; copy.classList.remove("done"); }, 1400);
  });
}
function selected(shown) { // where a browser gives pages from files no clipboard
  getSelection().selectAllChildren(shown);
  document.execCommand("copy");
  getSelection().removeAllRanges();
}

// Search: every word has to be somewhere in the entry.
const input = document.querySelector("input[type=search]"), nothing = document.querySelector(".nothing");
function search() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const section of all("section")) {
    let here = 0;
    for (const entry of all("article", section)) {
      entry.hidden = !words.every((word) => entry.dataset.find.includes(word));
      here += entry.hidden ? 0 : 1;
    }
    section.hidden = here === 0;
    found += here;
    const link = document.querySelector(`nav a[href="#${section.id}"]`);
    link.querySelector("span").textContent = here;
    link.classList.toggle("empty", here === 0);
  }
  nothing.hidden = found > 0;
}
input.addEventListener("input", search);
nothing.querySelector("button").addEventListener("click", () => { input.value = ""; search(); input.focus(); });
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== input) { event.preventDefault(); input.select(); input.focus(); }
  if (event.key === "Escape" && document.activeElement === input) { input.value = ""; search(); input.blur(); }
});

// Where the reader is.
const reading = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    document.querySelector(`nav a[href="#${target.id}"]`).classList.toggle("here", isIntersecting);
  }
}, { rootMargin: "-20% 0px -79% 0px" });
for (const section of all("section")) reading.observe(section);
