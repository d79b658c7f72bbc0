"use strict";
// Shows only the findings that pass the filters. Reads text and attributes, never writes markup.
(() => {
  const form = document.getElementById("filters");
  const articles = [...document.querySelectorAll("article.finding")];
  if (articles.length === 0) return;
  const texts = new Map(articles.map((a) => [a, a.textContent.toLowerCase()]));
  const field = (id) => document.getElementById(id);

  function passes(article, wanted) {
    const path = article.closest("section.file").dataset.path.toLowerCase();
    return (
      wanted.severities.has(article.dataset.severity) &&
      (wanted.cwe === "" || article.dataset.cwe === wanted.cwe) &&
      (wanted.tests || article.dataset.test === "no") &&
      path.includes(wanted.path) &&
      (texts.get(article).includes(wanted.text) || path.includes(wanted.text))
    );
  }

  function update() {
    const checked = form.querySelectorAll("input[name=severity]:checked");
    const wanted = {
      severities: new Set([...checked].map((box) => box.value)),
      cwe: field("cwe").value,
      path: field("path").value.trim().toLowerCase(),
      text: field("text").value.trim().toLowerCase(),
      tests: field("tests") === null || field("tests").checked,
    };
    let shown = 0;
    for (const article of articles) {
      article.hidden = !passes(article, wanted);
      if (!article.hidden) shown += 1;
    }
    for (const section of document.querySelectorAll("section.file")) {
      section.hidden = section.querySelector("article:not([hidden])") === null;
    }
    field("shown").textContent = `${shown} of ${articles.length} shown`;
    field("none").hidden = shown > 0;
  }

  form.hidden = false;
  form.addEventListener("input", update);
  form.addEventListener("reset", () => setTimeout(update));
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !(event.target instanceof HTMLInputElement)) {
      event.preventDefault();
      field("text").focus();
    }
  });
  update();
})();
