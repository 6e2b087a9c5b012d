"use strict";

/* Asks the server for what the cells want. Calls wait for each other a moment and go together; each gets its own block
   of cells or a real error. Excel runs this in the add-in's page; without Excel the page that lists the functions uses
   it. The server adds a last line that ties its functions to Excel's names. */
const wattstack = (() => {
  const KEY = "wattstack-token";
  const limits = { wait: 10, calls: 500, cells: 50000, timeout: 60000 }; // ms, of a request, of a request, ms
  const queue = [];
  let version = "";

  const token = () => localStorage.getItem(KEY) || "";
  const keep = (text) => localStorage.setItem(KEY, text);

  /* The block of cells that a call gives, as the server writes cells; a failure is the error #N/A. Never rejects. */
  function ask(name, given) {
    return new Promise((resolve) => {
      queue.push({ call: { name, given }, cells: count(given), resolve });
      if (queue.length === 1) setTimeout(flush, limits.wait);
    });
  }

  const count = (value) => (Array.isArray(value) ? value.reduce((sum, item) => sum + count(item), 0) : 1);

  function flush() {
    const waiting = queue.splice(0);
    while (waiting.length) {
      let cells = 0;
      const full = waiting.findIndex((one, place) => (cells += one.cells) > limits.cells && place > 0);
      send(waiting.splice(0, Math.min(full > 0 ? full : waiting.length, limits.calls)));
    }
  }

  async function send(batch) {
    let answers;
    try {
      answers = await post(batch.map((one) => one.call));
    } catch (problem) {
      answers = batch.map(() => [[{ error: "#N/A", message: problem.message }]]);
    }
    batch.forEach((one, place) => one.resolve(answers[place]));
  }

  async function post(calls) {
    const alarm = new AbortController();
    const timer = setTimeout(() => alarm.abort(), limits.timeout);
    try {
      const response = await reach(calls, alarm.signal);
      const told = await response.json().catch(() => ({}));
      if (alarm.signal.aborted) throw late();
      if (!response.ok) throw new Error(cure(response.status, told.detail));
      if (!Array.isArray(told.answers) || told.answers.length !== calls.length) {
        throw new Error(`What answers at ${location.origin} is not wattstack: start "wattstack serve" there.`);
      }
      return told.answers;
    } finally {
      clearTimeout(timer);
    }
  }

  async function reach(calls, signal) {
    const headers = { "Authorization": `Bearer ${token()}`, "Content-Type": "application/json" };
    const body = JSON.stringify({ version, calls });
    try {
      return await fetch(new URL("/call", location.origin), { method: "POST", headers, body, signal });
    } catch {
      if (signal.aborted) throw late();
      throw new Error(`No server at ${location.origin}: start "wattstack serve", then recalculate.`);
    }
  }

  const late = () => new Error(`No answer within ${limits.timeout / 1000} s: ask for less at once, then recalculate.`);

  function cure(status, detail) {
    if (status === 401) return 'The token is missing or wrong: enter the one that "wattstack serve" shows in the pane.';
    return `The server refuses (${status}): ${detail || "no reason given"}.`;
  }

  /* From Excel to the server: every argument comes as rows of cells, or as null where the formula leaves it out. */
  const argument = (block) =>
    block === null || block === undefined ? { missing: true } : block.map((row) => row.map(incoming));

  function incoming(cell) {
    if (cell === null || cell === undefined) return null;
    if (typeof cell !== "object") return cell;
    const code = cell.code || (cell.type === "Error" && cell.basicValue);
    if (code) return code in errors() ? { error: code } : { error: "#VALUE!", message: `A cell holds ${code}` };
    return cell.type === "Empty" ? null : incoming(cell.basicValue); // a number with a format, an entity
  }

  /* From the server to Excel. */
  function outgoing(rows) {
    if (rows.length === 1 && rows[0].length === 1 && isError(rows[0][0])) throw excelError(rows[0][0]);
    return rows.map((row) => row.map((cell) => (isError(cell) ? excelError(cell) : cell)));
  }

  const isError = (cell) => cell !== null && typeof cell === "object";

  function excelError({ error, message }) {
    const code = errors()[error];
    if (code) return new CustomFunctions.Error(code, message);
    // Excel takes these two in, but not from a function: the text says which it was
    return new CustomFunctions.Error(CustomFunctions.ErrorCode.invalidValue, `${error}: ${message}`);
  }

  function errors() {
    const codes = CustomFunctions.ErrorCode;
    return {
      "#NULL!": codes.nullReference, "#DIV/0!": codes.divisionByZero, "#VALUE!": codes.invalidValue, "#REF!": undefined,
      "#NAME?": undefined, "#NUM!": codes.invalidNumber, "#N/A": codes.notAvailable,
    };
  }

  /* Tie names to Excel; `repeating` says of each whether its last argument comes as a list of blocks. */
  function associate(ours, repeating) {
    version = ours;
    if (typeof CustomFunctions === "undefined") return;
    for (const [name, repeats] of Object.entries(repeating)) {
      CustomFunctions.associate(name, async (...given) => {
        given.pop(); // what Excel tells of the call itself
        if (repeats) given.push(...(given.pop() || []));
        return outgoing(await ask(name, given.map(argument)));
      });
    }
  }

  return { ask, associate, keep, limits, token };
})();

