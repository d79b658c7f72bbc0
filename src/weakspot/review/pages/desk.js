// The review desk's page: asks the desk on this machine, and shows what it says as text.
// Nothing is ever parsed as HTML: elements are made one by one, and the page's policy
// (Content-Security-Policy with Trusted Types) refuses anything else.
"use strict";

const QUESTIONS = [
  ["shows_weakness", "Really shows the CWE?"],
  ["fix_is_right", "Fix right, nothing new?"],
  ["realistic", "Realistic?"],
];
const DONE = { accept: "accepted", change: "changed", reject: "rejected", skip: "skipped" };
const RECHECK_AFTER = 300; // milliseconds without a keystroke
const OUTRUN = "changed by another reader meanwhile, and shown as it is now: " +
  "discard your edit (d) to start from the new text";

const state = {
  csrf: "", name: "", catalogue: new Map(),
  list: [],          // standings that the filter showed when it was last asked
  pair: null,        // the pair as the desk sent it
  answers: {},       // of the pair that is shown
  drafts: new Map(), // reader and pair -> edited text, and the digest of what was edited
  notes: new Map(),  // reader and pair -> answers and remark without a verdict, and on which digest
  change: null,      // the row that the last jump went to
  pending: "",       // a verdict that waits for its remark
  picked: "",        // CWE in the picker
  early: false,      // what others say is shown before the verdict
  going: false,      // a verdict goes on to the next pair
  busy: false,
  shown: 0,          // counts what was asked for, so that a late answer is dropped
};

const $ = (id) => document.getElementById(id);

function el(tag, kind, ...content) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  made.append(...content); // strings become text
  return made;
}

function prose(text) {
  // Words in backquotes are code.
  return text.split("`").map((part, at) => (at % 2 ? el("code", "", part) : part));
}

async function ask(what, query = {}, order = null) {
  const place = `api/${what}?${new URLSearchParams(query)}`;
  const options = order === null ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Weakspot-Desk": state.csrf },
    body: JSON.stringify(order),
  };
  let reply;
  try {
    reply = await fetch(order === null ? place : `api/${what}`, options);
  } catch {
    throw new Error("the desk does not answer: is `weakspot review` still running?");
  }
  const isJson = (reply.headers.get("Content-Type") || "").startsWith("application/json");
  const answer = isJson ? await reply.json() : { error: await reply.text() };
  if (!reply.ok) {
    const error = new Error(answer.error || reply.statusText);
    error.isStale = reply.status === 409;
    throw error;
  }
  return answer;
}

function tell(text, kind = "") {
  $("status").textContent = text;
  $("status").className = kind;
}

// -------------------------------------------------------- drafts and notes: what is not yet sent

function slot(id, name = state.name) {
  return `${name}\n${id}`; // a name is one line
}

function draftOf(id) {
  return state.drafts.get(slot(id));
}

function isOutrun(pair) {
  // The file is no longer what the edit was made of: to save it would undo another one's change.
  const draft = draftOf(pair.id);
  return draft !== undefined && draft.base !== pair.digest;
}

function note() {
  if (!state.pair) return;
  const { id, digest } = state.pair;
  state.notes.set(slot(id), { answers: { ...state.answers }, remark: $("remark").value, base: digest });
}

function isUnsent() {
  return state.drafts.size > 0 || [...state.notes.values()].some((one) => one.remark.trim());
}

function rebase(pair, order, done) {
  // What was sent is done. What was typed while it was on its way is kept, and is now about the
  // pair's new state. Returns whether there is any.
  const from = slot(pair.id, order.name);
  const to = slot(done.id, order.name);
  const draft = state.drafts.get(from);
  const said = state.notes.get(from);
  const sent = JSON.stringify([order.answers, order.remark]);
  const isNoted = said !== undefined && JSON.stringify([said.answers, said.remark]) !== sent;
  state.notes.delete(from);
  if (isNoted) state.notes.set(to, { ...said, base: done.digest });
  if (done.decision !== "change") return isNoted;
  const isEdited = draft !== undefined && draft.text !== order.text;
  state.drafts.delete(from);
  if (isEdited) state.drafts.set(to, { text: draft.text, base: done.digest });
  // Until the pair is asked for again, further letters are about this state, too.
  Object.assign(pair, { id: done.id, digest: done.digest, text: order.text.replace(/\n?$/, "\n") });
  return isNoted || isEdited;
}

// ------------------------------------------------------------------------------ the queue

async function fill(keep = "") {
  const asked = {
    name: state.name, show: $("show").value, cwe: $("cwe").value, words: $("words").value,
  };
  const turn = state.turn = (state.turn ?? 0) + 1;
  const answer = await ask("queue", asked);
  if (turn !== state.turn) return; // a later question was asked meanwhile: its answer counts
  state.list = answer.pairs;
  drawProgress(answer.progress);
  drawQueue();
  const isKept = state.list.some((one) => one.pair === keep);
  if (isKept && state.pair?.id === keep) return; // what is typed in it stays
  const first = isKept ? keep : state.list[0]?.pair;
  if (first) await open(first);
  else empty();
}

function refill() {
  return fill(state.pair?.id);
}

function drawProgress(counts) {
  $("bar").max = Math.max(1, counts.pairs);
  $("bar").value = counts.decided;
  $("decided").textContent = `${counts.decided} of ${counts.pairs} decided`;
  $("counts").textContent = `${counts.accept} accepted, ${counts.change} changed, ` +
    `${counts.reject} rejected, ${counts.skip} skipped; ${counts.disputed} disputed`;
}

function drawQueue() {
  const items = state.list.map((one) => {
    const [cwe, ...rest] = one.pair.split("/");
    const button = el("button", "", el("span", "", rest.join("/")), mark(one),
      el("span", "of", `${cwe} · ${one.readers} ${one.readers === 1 ? "reader" : "readers"}` +
        (one.is_disputed ? " · disputed" : "")));
    button.tabIndex = -1; // 300 stops for Tab; n and p walk here
    button.dataset.pair = one.pair;
    if (state.pair && one.pair === state.pair.id) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => run(() => open(one.pair)));
    return el("li", "", button);
  });
  $("queue").replaceChildren(...(items.length ? items : [el("li", "none", "nothing here")]));
  $("queue").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

function mark(one) {
  if (draftOf(one.pair)) return el("span", "mark draft", "edited");
  if (!one.mine) return el("span", "mark");
  if (one.is_stale) return el("span", "mark old", "read again");
  return el("span", `mark ${one.mine}`, DONE[one.mine]);
}

async function step(by) {
  const at = state.list.findIndex((one) => state.pair && one.pair === state.pair.id);
  const next = state.list[at + by];
  if (next) await open(next.pair);
  else if (by > 0) {
    await fill();
    tell(state.list.length ? "from the top: these are left" : "nothing is left here", "good");
  }
}

// ------------------------------------------------------------------------------- the pair

function empty() {
  ++state.shown;
  state.pair = null;
  state.answers = {};
  document.title = "weakspot review";
  for (const id of ["title", "meta", "why-vulnerable", "why-fixed"]) $(id).textContent = "";
  for (const id of ["rows", "weakness", "problems", "near", "opinions"]) $(id).replaceChildren();
  $("title").textContent = "No pair to show";
  for (const id of ["editing", "raw", "broken"]) $(id).hidden = true;
  $("remark").value = "";
  drawAnswers();
}

async function open(id) {
  const turn = ++state.shown;
  const pair = await ask("pair", { name: state.name, id });
  if (turn !== state.shown) return;
  clearTimeout(timer);
  state.pair = pair;
  state.pending = "";
  const mine = pair.mine && !pair.is_stale ? pair.mine : null;
  const noted = state.notes.get(slot(id));
  const answers = noted?.base === pair.digest ? noted.answers : mine; // those are about one state
  state.answers = Object.fromEntries(QUESTIONS.map(([key]) => [key, answers?.[key] ?? null]));
  $("remark").value = (noted ?? mine)?.remark ?? "";
  document.title = `${id} – weakspot review`;
  tell(pair.is_stale ? "the pair changed since you read it" : "");
  drawPair(pair);
  drawAnswers();
  drawQueue();
  const draft = draftOf(id);
  $("text").value = draft ? draft.text : pair.text;
  $("editing").hidden = !draft;
  document.querySelector("main").scrollTop = 0;
  toMain();
  if (isOutrun(pair)) tell(OUTRUN, "bad");
  else if (draft) await recheck();
  await drawOpinions();
}

function drawPair(pair) {
  $("title").textContent = state.pair.id;
  $("broken").hidden = !pair.problem;
  $("broken").textContent = pair.problem ? `This is no pair: ${pair.problem}` : "";
  $("raw").hidden = !pair.problem || !$("editing").hidden;
  $("raw").textContent = state.pair.text;
  $("sides").hidden = !pair.rows;
  if (!pair.rows) {
    for (const id of ["rows", "problems", "near"]) $(id).replaceChildren();
    return;
  }
  const libraries = pair.frameworks.length ? pair.frameworks.join(", ") : "standard library";
  $("meta").textContent = `${pair.domain} · ${libraries} · ${pair.origin} · ${pair.date}`;
  $("why-vulnerable").textContent = pair.why_vulnerable;
  $("why-fixed").textContent = pair.why_fixed;
  $("rows").replaceChildren(...pair.rows.map(row));
  state.change = null;
  drawWeakness(pair);
  drawProblems(pair.problems);
  drawNear(pair.near);
}

function row([kind, left, right]) {
  const colours = { same: ["", ""], changed: ["less", "more"], removed: ["less", ""], added: ["", "more"] };
  const touched = kind !== "same" || left[1] ? "touched" : ""; // also a marked line that both have
  return el("tr", touched, ...cells(left, colours[kind][0]), ...cells(right, colours[kind][1]));
}

function cells(cell, colour) {
  if (!cell) return [el("td", "number void"), el("td", "void")];
  const [number, isWeak, pieces] = cell;
  const kind = isWeak ? `${colour} weak` : colour;
  const code = el("td", kind, ...pieces.map(([text, name]) => (name ? el("span", name, text) : text)));
  const gutter = el("td", `number ${kind}`, String(number));
  if (isWeak) gutter.title = "marked as the weakness";
  return [gutter, code];
}

function drawWeakness(pair) {
  const known = state.catalogue.get(pair.cwe);
  const also = pair.accepted.map((cwe) => {
    const other = state.catalogue.get(cwe);
    return el("li", "soft", `also ${cwe}${other ? `: ${other.name}` : ""}`);
  });
  $("weakness").replaceChildren(
    ...(known ? define(known) : [el("p", "", `${pair.cwe} is not in the catalogue`)]), el("ul", "", ...also));
}

function define(one) {
  const more = el("details", "", el("summary", "", "In Python, and what to do"),
    el("p", "", ...prose(one.in_python)), el("p", "", ...prose(one.remediation)));
  return [el("p", "", el("b", "", `${one.id}: ${one.name}`)), el("p", "", ...prose(one.summary)), more];
}

function drawProblems(problems) {
  const items = problems.map((one) => el("li", "bad", `${one.rule}: ${one.text}`));
  $("problems").replaceChildren(...(items.length ? items : [el("li", "good", "✓ keeps all rules")]));
}

function drawNear(near) {
  const items = near.map((one) => {
    const button = el("button", "", one.pair);
    button.addEventListener("click", () => run(() => open(one.pair)));
    return el("li", one.is_duplicate ? "bad" : "", `${Math.round(one.share * 100)} % `, button);
  });
  $("near").replaceChildren(...(items.length ? items : [el("li", "soft", "no other pair is near")]));
}

function leave(field) {
  field?.blur();
  toMain();
}

function toMain() {
  // Where nothing has the focus, the arrow and page keys are to move the code.
  if (document.activeElement === document.body) document.querySelector("main").focus({ preventScroll: true });
}

function toChange() {
  // Changes are runs of rows; from the last one it goes to the first again.
  const rows = [...$("rows").children];
  const starts = rows.filter((one, at) => one.className && !rows[at - 1]?.className);
  const next = starts[(starts.indexOf(state.change) + 1) % starts.length];
  if (!next) return;
  state.change?.removeAttribute("aria-current");
  state.change = next;
  next.setAttribute("aria-current", "true");
  next.scrollIntoView({ block: "center" });
}

// --------------------------------------------------------------------- what others say

async function drawOpinions() {
  const pair = state.pair;
  if (!pair) return;
  const isDecided = pair.mine && !pair.is_stale && pair.mine.decision !== "skip";
  if (!state.early && !isDecided) {
    $("opinions").replaceChildren(el("p", "soft", "Hidden until your verdict."));
    return;
  }
  $("opinions").replaceChildren(el("p", "soft", "Asking …"));
  const said = await ask("opinions", { id: pair.id });
  if (state.pair !== pair) return;
  const head = el("tr", "", el("th", ""), el("th", "", "Vulnerable"), el("th", "", "Fixed"));
  const rows = said.programs.map((one) => {
    if (!one.problem) {
      return el("tr", "", el("th", "", one.program), verdict(one.vulnerable, true), verdict(one.fixed, false));
    }
    const why = el("td", "soft", one.problem);
    why.colSpan = 2;
    return el("tr", "", el("th", "", one.program), why);
  });
  const readers = said.readers.map((one) => el("li", "", el("b", "", one.name),
    ` ${DONE[one.decision]}${one.is_stale ? " an earlier state" : ""}`,
    one.reader === "person" ? "" : " (language model)", one.remark ? `: ${one.remark}` : ""));
  $("opinions").replaceChildren(el("table", "", head, ...rows), el("ul", "", ...readers));
}

function verdict(one, isWeak) {
  const likely = one.probability === null ? "" : ` ${Math.round(one.probability * 100)} %`;
  const cell = el("td", one.is_weak === isWeak ? "good" : "bad", `${one.is_weak ? "weak" : "sound"}${likely}`);
  if (one.is_weak) {
    cell.append(...one.cwes.slice(0, 2).map((cwe) => el("span", "", cwe)));
    if (one.lines.length) cell.append(el("span", "", `line ${one.lines.slice(0, 3).join(", ")}`));
  }
  return cell;
}

// ----------------------------------------------------------------- answers and verdicts

function drawAnswers() {
  $("questions").replaceChildren(...QUESTIONS.map(([key, text], at) => {
    const choose = (answer, word) => {
      const button = el("button", word, word);
      button.setAttribute("aria-pressed", String(state.answers[key] === answer));
      button.setAttribute("aria-label", `${text} ${word}`);
      button.addEventListener("click", () => reply(key, answer));
      return button;
    };
    return el("span", "question", el("kbd", "", String(at + 1)), text, choose(true, "yes"), choose(false, "no"));
  }));
}

function reply(key, answer) {
  if (!state.pair) return;
  state.answers[key] = answer;
  note();
  drawAnswers();
}

function wanting(decision) {
  // What is missing before the desk would take the decision; the desk checks it again.
  const answers = QUESTIONS.map(([key]) => state.answers[key]);
  if (decision === "skip") return "";
  if (decision === "change" && isOutrun(state.pair)) return OUTRUN;
  const open = answers.flatMap((answer, at) => (answer === null ? [at + 1] : []));
  if (open.length) return `answer first: ${open.join(", ")} (each press turns yes and no)`;
  if (decision !== "reject" && answers.includes(false)) return "a pair is taken with three yes: else change or reject it";
  if (decision === "accept" && draftOf(state.pair.id)) return "your edit waits: change with it (c), or discard it (d)";
  return "";
}

async function decide(decision) {
  const pair = state.pair;
  if (!pair || state.busy) return;
  const draft = draftOf(pair.id);
  if (decision === "change" && !draft) {
    edit();
    return;
  }
  const missing = wanting(decision);
  if (missing) {
    tell(missing, "bad");
    return;
  }
  if (["change", "reject"].includes(decision) && !$("remark").value.trim()) {
    state.pending = decision;
    $("remark").focus();
    tell(`say why in a word or two, then Enter: ${decision}`);
    return;
  }
  state.busy = true;
  const order = {
    name: state.name, pair: pair.id, decision, answers: { ...state.answers },
    digest: decision === "change" ? draft.base : pair.digest,
    remark: $("remark").value, text: decision === "change" ? draft.text : pair.text,
  };
  try {
    const done = await ask("decide", {}, order);
    await settled(order.pair, done, rebase(pair, order, done));
  } catch (error) {
    if (!error.isStale) throw error;
    await open(pair.id);
    throw draft ? new Error(OUTRUN) : error;
  } finally {
    state.busy = false;
  }
}

async function settled(before, done, isTyping) {
  state.pending = "";
  if (!isTyping) leave(document.activeElement); // else the next letters would be keys
  const all = await ask("queue", { name: state.name, show: "all" });
  const now = new Map(all.pairs.map((one) => [one.pair, one]));
  // The list stays as it was: what was decided is marked, not gone while one looks at it.
  state.list = state.list.map((one) => now.get(one.pair === before ? done.id : one.pair) ?? one);
  drawProgress(all.progress);
  const said = `${DONE[done.decision]}: ${done.id}`;
  const goesOn = !isTyping && (state.going || done.decision === "skip");
  if (goesOn) await step(1);
  else await open(done.id);
  const rest = isTyping ? " · what you typed meanwhile is still here" : " · n: next";
  tell(goesOn ? said : said + rest, "good");
}

// -------------------------------------------------------------------------------- editing

function edit() {
  if (!state.pair || !state.pair.text) return;
  $("editing").hidden = false;
  $("raw").hidden = true;
  $("text").focus();
}

let timer = 0;
function edited() {
  const { id, text, digest } = state.pair;
  if ($("text").value === text) state.drafts.delete(slot(id));
  else state.drafts.set(slot(id), { text: $("text").value, base: draftOf(id)?.base ?? digest });
  clearTimeout(timer);
  timer = setTimeout(() => run(recheck), RECHECK_AFTER);
}

async function recheck() {
  const pair = state.pair;
  if (!pair) return;
  const text = $("text").value;
  const seen = await ask("check", {}, { pair: pair.id, text });
  if (state.pair !== pair || $("text").value !== text) return;
  drawQueue();
  if (!seen.problem) {
    drawPair(seen);
    return;
  }
  // The last state that was a pair stays in sight while one types.
  $("broken").hidden = false;
  $("broken").textContent = `Not a pair yet: ${seen.problem}`;
  drawProblems([{ rule: "broken", text: seen.problem }]);
}

async function discard() {
  if (!state.pair) return;
  const said = state.notes.get(slot(state.pair.id));
  if (state.drafts.delete(slot(state.pair.id)) && said) said.base = ""; // answers were about the edit
  $("text").value = state.pair.text; // not the old edit, should one type before the pair comes
  $("editing").hidden = true;
  await open(state.pair.id);
}

// ----------------------------------------------------------------------------- the picker

function pick() {
  if (!state.pair || !state.pair.text) return;
  $("sought").value = "";
  choices();
  $("picker").showModal();
  select(state.pair.cwe && state.catalogue.has(state.pair.cwe) ? state.pair.cwe : state.picked);
  $("sought").focus();
}

function choices() {
  const words = $("sought").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [...state.catalogue.values()].filter((one) => {
    const text = `${one.id} ${one.name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  // A number that is meant exactly comes before the numbers that contain it.
  found.sort((one, other) => words.includes(other.id.slice(4)) - words.includes(one.id.slice(4)));
  $("choices").replaceChildren(...found.map((one) => {
    const item = el("li", "", `${one.id}  ${one.name}`);
    item.setAttribute("role", "option");
    item.id = `choice-${one.id}`;
    item.dataset.cwe = one.id;
    item.addEventListener("click", () => select(one.id));
    item.addEventListener("dblclick", () => take(false));
    return item;
  }));
  select(found[0]?.id ?? "");
}

function select(cwe) {
  state.picked = cwe;
  for (const item of $("choices").children) {
    const isPicked = item.dataset.cwe === cwe;
    item.setAttribute("aria-selected", String(isPicked));
    if (isPicked) item.scrollIntoView({ block: "nearest" });
  }
  $("sought").setAttribute("aria-activedescendant", cwe ? `choice-${cwe}` : "");
  const known = state.catalogue.get(cwe);
  $("definition").replaceChildren(...(known ? define(known) : []));
  $("definition").querySelector("details")?.setAttribute("open", "");
}

function move(by) {
  const items = [...$("choices").children];
  const at = items.findIndex((item) => item.dataset.cwe === state.picked);
  const next = items[Math.min(items.length - 1, Math.max(0, at + by))];
  if (next) select(next.dataset.cwe);
}

function take(asAccepted) {
  const cwe = state.picked;
  if (!cwe) return;
  $("picker").close();
  const text = $("text").value;
  const end = text.indexOf("\n+++", 3); // of the header
  const header = text.slice(0, end);
  const changed = asAccepted
    ? header.replace(/^accepted = \[(.*)\](.*)$/m, (line, inside, rest) => {
      if (inside.includes(`"${cwe}"`)) return line;
      return `accepted = [${inside.trim() ? `${inside}, ` : ""}"${cwe}"]${rest}`;
    })
    : header.replace(/^cwe = .*$/m, `cwe = "${cwe}"`);
  if (changed === header) {
    tell(`${cwe} stands there already, or the header's line is not one that could be changed`, "bad");
    return;
  }
  $("text").value = changed + text.slice(end);
  $("editing").hidden = false;
  edited();
  tell(`${cwe}: change with c`);
}

// ------------------------------------------------------------------------- switches, names

function hints() {
  state.early = !state.early;
  $("hints").setAttribute("aria-pressed", String(state.early));
  return drawOpinions();
}

function going() {
  state.going = !state.going;
  $("going").setAttribute("aria-pressed", String(state.going));
}

function naming() {
  $("name").value = state.name;
  $("naming-problem").textContent = "";
  $("naming").showModal();
  $("name").select();
}

async function named() {
  const name = $("name").value.trim();
  try {
    await ask("queue", { name, show: "all" }); // the desk says whether it takes the name
  } catch (error) {
    $("naming-problem").textContent = error.message;
    return;
  }
  state.name = name;
  $("naming").close();
  await begin();
}

async function begin() {
  const kept = state.pair?.id;
  empty(); // answers and edit on the page are those of the reader before
  $("reader").replaceChildren(state.name, " ", el("kbd", "", "o"));
  await fill(kept);
}

// ------------------------------------------------------------------------------- the keys

const KEYS = [
  ["1", "first question: yes, no", () => turn(0)],
  ["2", "second question: yes, no", () => turn(1)],
  ["3", "third question: yes, no", () => turn(2)],
  ["a", "accept", () => decide("accept")],
  ["c", "change: edit, or save the edit", () => decide("change")],
  ["r", "reject", () => decide("reject")],
  ["s", "skip", () => decide("skip")],
  ["n", "next pair (also j)", () => step(1)],
  ["p", "previous pair (also k)", () => step(-1)],
  ["x", "to the next change in the code", toChange],
  ["e", "edit the pair's text", edit],
  ["d", "discard the edit", discard],
  ["w", "choose the weakness", pick],
  ["m", "write a remark", () => $("remark").focus()],
  ["h", "show what others say before the verdict", hints],
  ["g", "go on to the next pair after a verdict", going],
  ["f", "filter: undecided, mine, disputed, all", () => cycle($("show"))],
  ["t", "filter: next CWE", () => cycle($("cwe"))],
  ["/", "filter: words of the name", () => $("words").focus()],
  ["o", "another reader", naming],
  ["?", "these keys", () => $("keys").showModal()],
];
const SHORTCUTS = new Map(KEYS.map(([key, , act]) => [key, act]));
SHORTCUTS.set("j", () => step(1));
SHORTCUTS.set("k", () => step(-1));

function turn(at) {
  const [key] = QUESTIONS[at];
  reply(key, state.answers[key] !== true);
}

function cycle(choice) {
  choice.selectedIndex = (choice.selectedIndex + 1) % choice.options.length;
  return refill();
}

async function run(act) {
  try {
    await act();
  } catch (error) {
    tell(error.message, "bad");
  }
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]") || event.target.matches("input, textarea, select")) return;
  const act = SHORTCUTS.get(event.key);
  if (!act || event.repeat && !"njpk".includes(event.key)) return;
  event.preventDefault();
  run(act);
}

function inText(event) {
  if (event.key === "Escape") leave($("text"));
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run(() => decide("change"));
  }
}

function inRemark(event) {
  if (event.isComposing) return;
  if (event.key === "Escape") state.pending = "";
  if (event.key !== "Escape" && event.key !== "Enter") return;
  const pending = state.pending;
  leave($("remark"));
  if (event.key === "Enter" && pending) run(() => decide(pending));
}

function inPicker(event) {
  if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp") move(-1);
  else if (event.key === "Enter") take(event.shiftKey);
  else return;
  event.preventDefault();
}

function listen() {
  document.addEventListener("keydown", pressed);
  for (const name of ["accept", "change", "reject", "skip"]) $(name).addEventListener("click", () => run(() => decide(name)));
  const clicks = { previous: () => step(-1), next: () => step(1), going, hints, pick, discard, named, "to-change": toChange,
    reader: naming, help: () => $("keys").showModal(), "as-cwe": () => take(false), "as-accepted": () => take(true) };
  for (const [id, act] of Object.entries(clicks)) $(id).addEventListener("click", () => run(act));
  for (const id of ["show", "cwe"]) $(id).addEventListener("change", (event) => { leave(event.target); run(refill); });
  $("words").addEventListener("input", () => run(refill));
  $("words").addEventListener("keydown", (event) => { if (["Enter", "Escape"].includes(event.key)) leave(event.target); });
  $("text").addEventListener("input", edited);
  $("text").addEventListener("keydown", inText);
  $("remark").addEventListener("keydown", inRemark);
  $("remark").addEventListener("input", note);
  $("sought").addEventListener("input", choices);
  $("sought").addEventListener("keydown", inPicker);
  $("name").addEventListener("keydown", (event) => { if (event.key === "Enter") run(named); });
  $("naming").addEventListener("cancel", (event) => { if (!state.name) event.preventDefault(); });
  window.addEventListener("beforeunload", (event) => { if (isUnsent()) event.preventDefault(); });
}

async function start() {
  listen();
  $("key-list").replaceChildren(...KEYS.map(([key, text]) => el("tr", "", el("td", "", el("kbd", "", key)), el("td", "", text))));
  const [session, catalogue] = await Promise.all([ask("session"), ask("catalogue")]);
  state.csrf = session.csrf;
  state.name = session.name;
  state.catalogue = new Map(catalogue.map((one) => [one.id, one]));
  $("cwe").append(...session.cwes.map((cwe) => el("option", "", cwe)));
  $("readers").append(...session.readers.map((name) => { const one = el("option"); one.value = name; return one; }));
  if (state.name) await begin();
  else naming();
}

run(start);
