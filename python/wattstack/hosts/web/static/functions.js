"use strict";

/* Asks the server for what the cells want. Calls wait for each other a moment and go together; each gets its own block
   of cells or a real error. Excel runs this in the add-in's page; without Excel the page that lists the functions uses
   it. The server adds a last line that ties its functions to Excel's names. */
const wattstack = (() => {
  const KEY = "wattstack-token";
  // milliseconds to gather calls, calls and cells of a request, requests on their way, milliseconds for an answer
  const limits = { wait: 10, calls: 500, cells: 50000, requests: 4, timeout: 60000 };
  const queue = [];
  let gathering = false;
  let onTheirWay = 0;
  let version = "";

  const token = () => localStorage.getItem(KEY) || "";
  const keep = (text) => localStorage.setItem(KEY, text);

  /* The block of cells that a call gives, as the server writes cells; a failure is the error #N/A. Never rejects. */
  function ask(name, given) {
    return new Promise((resolve) => {
      queue.push({ call: { name, given }, cells: count(given), resolve });
      if (!gathering) setTimeout(flush, limits.wait);
      gathering = true;
    });
  }

  const count = (value) => (Array.isArray(value) ? value.reduce((sum, item) => sum + count(item), 0) : 1);

  function flush() {
    gathering = false;
    while (queue.length && onTheirWay < limits.requests) {
      onTheirWay += 1;
      send(nextBatch()).finally(() => {
        onTheirWay -= 1;
        flush();
      });
    }
  }

  function nextBatch() {
    let cells = 0;
    const full = queue.findIndex((one, place) => (cells += one.cells) > limits.cells && place > 0);
    return queue.splice(0, Math.min(full > 0 ? full : queue.length, limits.calls));
  }

  async function send(batch) {
    try {
      const answers = await post(batch.map((one) => one.call));
      batch.forEach((one, place) => one.resolve(answers[place]));
    } catch (problem) {
      // without a server, those that still wait would wait in vain
      const failed = problem.ofAll ? [...batch, ...queue.splice(0)] : batch;
      for (const one of failed) one.resolve([[{ error: "#N/A", message: problem.message }]]);
    }
  }

  const problem = (message, ofAll) => Object.assign(new Error(message), { ofAll });

  async function post(calls) {
    const alarm = new AbortController();
    const timer = setTimeout(() => alarm.abort(), limits.timeout);
    try {
      const response = await reach(calls, alarm.signal);
      const told = (await response.json().catch(() => null)) || {};
      if (alarm.signal.aborted) throw late();
      if (!response.ok) throw refusal(response.status, told.detail);
      if (!Array.isArray(told.answers) || told.answers.length !== calls.length) {
        throw problem(`What answers at ${location.origin} is not wattstack: start "wattstack serve" there.`, true);
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
      throw problem(`No server at ${location.origin}: start "wattstack serve", then recalculate.`, true);
    }
  }

  const late = () => problem(`No answer within ${limits.timeout / 1000} s: ask for less, then recalculate.`, true);

  function refusal(status, detail) {
    if (status === 401) {
      return problem('The token is missing or wrong: enter in the pane the one that "wattstack serve" shows.', true);
    }
    return problem(`The server refuses (${status}): ${detail || "no reason given"}.`, false);
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

