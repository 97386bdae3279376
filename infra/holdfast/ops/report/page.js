
"use strict";
(() => {
  const say = (text) => { document.getElementById("said").textContent = text; };

  // One stop for the Tab key in the graph and in the timeline; arrows move within.
  const rove = (links, first) => {
    const at = (link) => links.forEach((other) => { other.tabIndex = other === link ? 0 : -1; });
    if (links.length) at(first || links[0]);
    links.forEach((link) => link.addEventListener("focus", () => at(link)));
  };

  const graph = document.querySelector("svg.graph");
  if (graph) {
    const nodes = [...graph.querySelectorAll("a")];
    const byKey = new Map(nodes.map((node) => [node.dataset.key, node]));
    const list = (node, name) => (node.dataset[name] || "").split(" ").filter(Boolean).map((key) => byKey.get(key));
    const y = (node) => Number(node.dataset.y);
    const closest = (from, among) =>
      among.reduce((best, node) => (!best || Math.abs(y(node) - y(from)) < Math.abs(y(best) - y(from)) ? node : best), null);
    const column = (node) => nodes.filter((other) => other.dataset.x === node.dataset.x).sort((a, b) => y(a) - y(b));
    const picked = document.getElementById("picked");
    picked.hidden = false;
    picked.textContent = "\u00a0";
    const pick = (node) => {
      picked.textContent = node ? node.dataset.label + ": " + node.dataset.says : "\u00a0";
      graph.classList.toggle("picked", Boolean(node));
      const near = node ? new Set([node, ...list(node, "needs"), ...list(node, "needed")]) : new Set();
      nodes.forEach((other) => other.querySelector(".node").classList.toggle("near", near.has(other)));
      graph.querySelectorAll(".edge").forEach((edge) => {
        edge.classList.toggle("near", Boolean(node) && (edge.dataset.begin === node.dataset.key || edge.dataset.end === node.dataset.key));
      });
    };
    rove(nodes);
    nodes.forEach((node) => {
      node.addEventListener("focus", () => pick(node));
      node.addEventListener("blur", () => pick(null));
      node.addEventListener("mouseenter", () => pick(node));
      node.addEventListener("mouseleave", () => pick(null));
      node.addEventListener("keydown", (event) => {
        const beside = column(node);
        const place = beside.indexOf(node);
        const next = {
          ArrowLeft: () => closest(node, list(node, "needs")),
          ArrowRight: () => closest(node, list(node, "needed")),
          ArrowUp: () => beside[place - 1],
          ArrowDown: () => beside[place + 1],
          Home: () => nodes[0],
          End: () => nodes[nodes.length - 1],
        }[event.key];
        if (!next) return;
        event.preventDefault();
        const to = next();
        if (to) {
          to.focus();
          to.scrollIntoView({block: "nearest", inline: "nearest"});
        }
      });
    });
  }

  const bars = [...document.querySelectorAll(".timeline tbody a")];
  rove(bars);
  const along = bars.filter((bar) => bar.dataset.critical);
  bars.forEach((bar, place) => bar.addEventListener("keydown", (event) => {
    const on = along.indexOf(bar);
    const next = {
      ArrowUp: () => bars[place - 1],
      ArrowDown: () => bars[place + 1],
      ArrowLeft: () => (on < 0 ? along[0] : along[on - 1]),
      ArrowRight: () => (on < 0 ? along[0] : along[on + 1]),
      Home: () => bars[0],
      End: () => bars[bars.length - 1],
    }[event.key];
    if (!next) return;
    event.preventDefault();
    const to = next();
    if (to) to.focus();
  }));

  const tools = document.getElementById("tools");
  if (tools) {
    const words = tools.querySelector("input[type=search]");
    const changed = tools.querySelector("input[type=checkbox]");
    const rows = [...document.querySelectorAll("#list tbody tr")];
    const filter = () => {
      const wanted = words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row) => {
        const text = row.textContent.toLowerCase();
        row.hidden = (changed.checked && row.dataset.still === "1") || !wanted.every((word) => text.includes(word));
        shown += row.hidden ? 0 : 1;
      });
      say(shown + " of " + rows.length + " resources");
    };
    tools.hidden = false;
    tools.addEventListener("input", filter);
    words.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { words.value = ""; filter(); }
    });
    // A link to a row that is folded away, or that the filter hides, would lead nowhere.
    const list = document.getElementById("folded");
    addEventListener("click", (event) => {
      const link = event.target.closest && event.target.closest("a");
      const to = link && link.getAttribute("href");
      const row = to && (to === "#list" || to.startsWith("#r")) && document.getElementById(to.slice(1));
      if (!row || !list.contains(row)) return;
      list.open = true;
      if (link.dataset.type || row.hidden) {
        words.value = link.dataset.type || "";
        changed.checked = false;
        filter();
      }
    });
  }

  // What is folded is printed all the same.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((one) => { one.open = false; }));
})();
