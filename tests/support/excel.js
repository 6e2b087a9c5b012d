"use strict";

/* Excel's part, played by node: hands cells over as Office.js does, and counts the requests that leave.

   Standard input: {origin, token, script, metadata, formulas: [[name, [argument, …]], …], oneByOne, limits, warm}.
   An argument is null where the formula leaves it out, else a value or rows of values; an error is {"error": "#N/A"}.
   Standard output: {cells: [rows or one error, …], requests, milliseconds}. */

const vm = require("node:vm");
const job = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

const ERROR_TYPES = {
  "#DIV/0!": "Div0", "#N/A": "NotAvailable", "#NAME?": "Name", "#NULL!": "Null", "#NUM!": "Num", "#REF!": "Ref",
  "#VALUE!": "Value",
};
const registered = {};
globalThis.CustomFunctions = {
  ErrorCode: {
    divisionByZero: "#DIV/0!", invalidName: "#NAME?", invalidNumber: "#NUM!", invalidReference: "#REF!",
    invalidValue: "#VALUE!", notAvailable: "#N/A", nullReference: "#NULL!",
  },
  Error: class {
    constructor(code, message) {
      if (!Object.values(globalThis.CustomFunctions.ErrorCode).includes(code)) throw new TypeError(`no code ${code}`);
      Object.assign(this, { code, message });
    }
  },
  associate: (id, body) => { registered[id] = body; },
};
globalThis.localStorage = { getItem: () => job.token, setItem() {} };
globalThis.location = { origin: job.origin };
let requests = 0;
const reach = globalThis.fetch;
globalThis.fetch = (...given) => { requests += 1; return reach(...given); };

vm.runInThisContext(`${job.script};globalThis.wattstack = wattstack;`);
Object.assign(globalThis.wattstack.limits, job.limits);

const typed = (cell) =>
  cell !== null && typeof cell === "object"
    ? { type: "Error", basicType: "Error", errorType: ERROR_TYPES[cell.error], basicValue: cell.error }
    : cell;
const block = (value) => (Array.isArray(value) ? value : [[value]]).map((row) => row.map(typed));

function excelCalls([name, given]) {
  const { parameters } = job.metadata.functions.find((one) => one.id === name);
  const blocks = given.map((value) => (value !== null && value.missing ? null : block(value)));
  const repeating = parameters[parameters.length - 1].repeating;
  const places = parameters.slice(0, repeating ? -1 : undefined).map((_, place) => blocks[place] ?? null);
  if (repeating) places.push(blocks.slice(places.length));
  return registered[name](...places, { functionName: name });
}

const told = (cell) =>
  cell instanceof globalThis.CustomFunctions.Error ? { error: cell.code, message: cell.message } : cell;

async function answer(formula) {
  try {
    return (await excelCalls(formula)).map((row) => row.map(told));
  } catch (error) {
    if (!(error instanceof globalThis.CustomFunctions.Error)) throw error;
    return [[told(error)]];
  }
}

async function main() {
  if (job.warm) {
    await answer(job.formulas[0]);
    requests = 0;
  }
  const start = performance.now();
  const cells = [];
  if (job.oneByOne) for (const formula of job.formulas) cells.push(await answer(formula));
  else cells.push(...await Promise.all(job.formulas.map(answer)));
  console.log(JSON.stringify({ cells, requests, milliseconds: performance.now() - start }));
}

main();
