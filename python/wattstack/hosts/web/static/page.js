"use strict";

/* The page of functions: a list to search, the help of each, and a form to call it. */

const element = (kind, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(kind), properties);
  made.append(...children);
  return made;
};
const byId = (id) => document.getElementById(id);

/* The token: handed over in the part of the address that is never sent, or typed; kept by the browser for this page. */
function startToken() {
  if (location.hash.startsWith("#token=")) {
    wattstack.keep(decodeURIComponent(location.hash.slice(7)));
    history.replaceState(null, "", location.pathname);
  }
  byId("token-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    wattstack.keep(byId("token").value.trim());
    byId("token").value = "";
    if ((await tellToken()) && globalThis.Excel) recalculate();
  });
  return tellToken();
}

/* Say whether the server takes the token, and return it. */
async function tellToken() {
  const state = byId("token-state");
  if (!wattstack.token()) {
    state.textContent = 'None yet: "wattstack serve" shows it when it starts.';
    return false;
  }
  const [[cell]] = await wattstack.ask("EXPLAIN", [[["EXPLAIN"]]]);
  state.textContent = cell.error ? cell.message : "The server takes the token that this browser keeps.";
  state.classList.toggle("error", Boolean(cell.error));
  return !cell.error;
}

/* Within Excel: the cells that had no server or no token are asked again. */
const recalculate = () => Excel.run(async (context) => context.workbook.application.calculate("Full"));

/* What a person types for an argument: nothing, a number, TRUE, a text, or rows such as "1, 2; 3, 4". */
function read(text) {
  if (!text.trim()) return { missing: true };
  return text.split(";").map((row) => row.split(",").map(cell));
}

function cell(text) {
  const plain = text.trim();
  if (!plain) return null;
  if (/^(true|false)$/i.test(plain)) return plain.toLowerCase() === "true";
  if (/^#[A-Z/0]+[!?]?$/.test(plain)) return { error: plain };
  const quoted = plain.match(/^"(.*)"$/);
  return quoted ? quoted[1] : Number.isFinite(Number(plain)) ? Number(plain) : plain;
}

function typed(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(typed).join(Array.isArray(value[0]) ? "; " : ", ");
  return typeof value === "boolean" ? String(value).toUpperCase() : String(value);
}

function shown(rows) {
  const [[first]] = rows;
  if (rows.length === 1 && rows[0].length === 1) {
    if (first === null || typeof first !== "object") return [typed(first)];
    return [element("span", { className: "error" }, first.error), ` ${first.message}`];
  }
  const one = (value) => element("td", {}, value && value.error ? value.error : typed(value));
  return [element("table", {}, element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(one)))))];
}

function form(told) {
  const inputs = fields(told);
  const output = element("output", {}, "");
  const button = element("button", {}, "Calculate");
  const made = element("form", {}, ...inputs.map(([field]) => field), button, output);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    output.replaceChildren("…");
    output.replaceChildren(...shown(await wattstack.ask(told.name, inputs.map(([, input]) => read(input.value)))));
  });
  return made;
}

/* One field an argument; those of a repeating one as many as the example has. */
function fields(told) {
  const last = told.arguments[told.arguments.length - 1];
  const more = told.arguments.length ? Math.max(0, told.example.length - told.arguments.length) : 0;
  const all = [...told.arguments, ...(last.repeating ? Array(more).fill(last) : [])];
  return all.map((argument, place) => {
    const id = `${told.name}-${place}`;
    const note = argument.optional && !argument.repeating ? " optional" : "";
    const input = element("input", { id, value: typed(told.example[place]), autocomplete: "off" });
    input.setAttribute("aria-describedby", `${id}-help`);
    const label = element("label", { htmlFor: id }, argument.name, element("b", {}, note));
    const help = element("small", { id: `${id}-help` }, argument.help);
    return [element("div", { className: "field" }, label, input, help), input];
  });
}

function entry(told) {
  const line = ([item, text]) => [element("dt", {}, item), element("dd", {}, text)];
  const help = element("dl", {}, ...told.help.flatMap(line));
  const body = element("div", { className: "open" });
  const made = element("details", { id: told.name },
    element("summary", {}, element("code", {}, told.signature), element("span", {}, told.summary)), body);
  made.addEventListener("toggle", () => body.children.length || body.append(form(told), help));
  return made;
}

function startList(catalogue) {
  const words = (told) => JSON.stringify([told.signature, told.summary, told.help]).toLowerCase();
  const entries = catalogue.map((told) => [entry(told), words(told)]);
  byId("functions").replaceChildren(...entries.map(([made]) => made));
  const filter = () => {
    const wanted = byId("filter").value.toLowerCase().split(/\s+/);
    for (const [made, text] of entries) made.hidden = !wanted.every((word) => text.includes(word));
    const count = entries.filter(([made]) => !made.hidden).length;
    byId("found").textContent = `${count} of ${entries.length} functions. Ranges are typed as rows: 1, 2; 3, 4`;
  };
  byId("filter").addEventListener("input", filter);
  filter();
  const asked = byId(decodeURIComponent(location.hash.slice(1)));
  if (asked) asked.open = true;
}

async function start() {
  const list = await fetch("catalogue.json").then((response) => response.json());
  await startToken();
  startList(list);
}

start().catch((problem) => {
  byId("found").textContent = `The list cannot be read: ${problem.message}`;
});
