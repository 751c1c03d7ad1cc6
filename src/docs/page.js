"use strict";
(() => {
  const root = document.documentElement, $ = id => document.getElementById(id);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const keep = (name, value) => { try { if (value === undefined) return localStorage.getItem(name); localStorage.setItem(name, value); } catch { } };
  const wishes = new URLSearchParams(location.search);
  const theme = name => { root.dataset.theme = name; };
  theme(wishes.get("theme") || keep("theme") || (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", () => { if (!keep("theme")) theme(dark.matches ? "dark" : "light"); });
  $("theme").addEventListener("click", () => { theme(root.dataset.theme === "dark" ? "light" : "dark"); keep("theme", root.dataset.theme); });

  // Search: an article is found by its name, or by any text in it, when nothing bears that name.
  const articles = [...document.querySelectorAll("article")], links = [...document.querySelectorAll("#list a[data-name]")];
  const search = $("search"), text = new Map();
  const words = article => { if (!text.has(article)) text.set(article, article.textContent.toLowerCase()); return text.get(article); };
  function find() {
    const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean), all = of => wanted.every(word => of.includes(word));
    let found = articles.filter(article => all(article.dataset.name));
    if (!found.length) found = articles.filter(article => all(words(article)));
    const shown = new Set(found.map(article => "#" + article.id)), searching = wanted.length > 0;
    for (const article of articles) article.hidden = searching && !shown.has("#" + article.id);
    for (const link of links) link.hidden = searching && !shown.has(link.getAttribute("href"));
    for (const group of document.querySelectorAll("#list details")) group.hidden = searching && !group.querySelector("a:not([hidden])");
    for (const part of document.querySelectorAll(".of-schema")) part.hidden = searching && !part.querySelector("article:not([hidden])");
    $("diagram").hidden = searching;
    $("nothing").hidden = !searching || found.length > 0;
  }
  search.addEventListener("input", find);
  if (wishes.get("search")) { search.value = wishes.get("search"); find(); }
  search.addEventListener("keydown", event => {
    if (event.key === "Enter") { const first = links.find(link => !link.hidden); if (first) location.hash = first.getAttribute("href"); }
    if (event.key === "Escape") { search.value = ""; find(); search.blur(); }
  });
  document.addEventListener("keydown", event => {
    if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
  });
  function here() {
    for (const link of links) link.classList.toggle("here", link.getAttribute("href") === location.hash);
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.hidden) { search.value = ""; find(); target.scrollIntoView(); }
  }
  addEventListener("hashchange", here);

  // The diagram is moved, zoomed, and shows what a table is joined to.
  const canvas = $("canvas"), svg = canvas.querySelector("svg");
  const width = svg.width.baseVal.value, height = svg.height.baseVal.value;
  let scale = 1, x = 0, y = 0;
  const draw = () => { svg.style.transform = `translate(${x}px,${y}px) scale(${scale})`; };
  function fit() {
    const box = canvas.getBoundingClientRect();
    scale = Math.min(1, box.width / width, box.height / height);
    x = (box.width - width * scale) / 2; y = (box.height - height * scale) / 2;
    draw();
  }
  function zoom(factor, cx, cy) {
    const next = Math.min(3, Math.max(0.02, scale * factor));
    x = cx - (cx - x) * next / scale; y = cy - (cy - y) * next / scale; scale = next;
    draw();
  }
  canvas.addEventListener("wheel", event => {
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  let from = null, moved = false;
  canvas.addEventListener("pointerdown", event => { from = [event.clientX - x, event.clientY - y]; moved = false; });
  addEventListener("pointermove", event => {
    if (!from) return;
    const [nx, ny] = [event.clientX - from[0], event.clientY - from[1]];
    if (Math.hypot(nx - x, ny - y) > 3) { moved = true; canvas.classList.add("moving"); }
    if (moved) { x = nx; y = ny; draw(); }
  });
  addEventListener("pointerup", () => { from = null; canvas.classList.remove("moving"); });
  for (const button of document.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => {
    const box = canvas.getBoundingClientRect();
    if (button.dataset.zoom === "fit") fit(); else zoom(button.dataset.zoom === "in" ? 1.4 : 1 / 1.4, box.width / 2, box.height / 2);
  });
  const tables = new Map([...svg.querySelectorAll(".erd-table")].map(table => [table.dataset.table, table]));
  const lines = [...svg.querySelectorAll(".erd-line")];
  function pick(name) {
    for (const table of tables.values()) table.classList.remove("hot", "near");
    for (const line of lines) line.classList.remove("hot");
    canvas.classList.toggle("picked", name !== null);
    if (name === null) return;
    tables.get(name).classList.add("hot");
    for (const line of lines) if (line.dataset.from === name || line.dataset.to === name) {
      line.classList.add("hot");
      for (const end of [line.dataset.from, line.dataset.to]) if (end !== name) tables.get(end).classList.add("near");
    }
    for (const [other, table] of tables) for (const row of table.querySelectorAll("[data-to]")) {
      if (row.dataset.to === name) table.classList.add("near");
      if (other === name) tables.get(row.dataset.to)?.classList.add("near");
    }
  }
  const places = new Map(articles.map(article => [article.dataset.identity, article.id]));
  for (const [name, table] of tables) {
    table.addEventListener("pointerenter", () => { if (!from) pick(name); });
    table.addEventListener("pointerleave", () => { if (!from) pick(null); });
    table.addEventListener("click", () => { if (!moved && places.has(name)) location.hash = places.get(name); });
  }
  // Each table's article leads to its place in the diagram.
  for (const article of articles) {
    const table = tables.get(article.dataset.identity);
    if (!table) continue;
    const button = document.createElement("button");
    button.type = "button"; button.className = "locate"; button.textContent = "in the diagram";
    button.addEventListener("click", () => {
      search.value = ""; find();
      const box = canvas.getBoundingClientRect(), at = table.getBBox(), [tx, ty] = table.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
      const view = svg.viewBox.baseVal;
      scale = 0.9; x = box.width / 2 - (tx - view.x + at.width / 2) * scale; y = box.height / 2 - (ty - view.y + at.height / 2) * scale;
      draw(); pick(article.dataset.identity); $("diagram").scrollIntoView();
    });
    article.querySelector("header").append(button);
  }
  // A large diagram begins at a size that can be read; "Fit" shows all of it.
  const READABLE = 0.45;
  function begin() { fit(); if (scale < READABLE) { scale = READABLE; x = y = 0; draw(); } }
  addEventListener("resize", begin);
  begin(); here();
})();
