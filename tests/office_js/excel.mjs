// Stands in for Excel: runs the functions' JavaScript as the server serves it, in an Excel that is not there.
// Standard input: {origin, runtime, config, calls: [{function, arguments}]}. Standard output: names, answers, requests.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const order = JSON.parse(readFileSync(0, "utf8"));
const served = await fetch(`${order.origin}/xlwings/custom-functions-code.js`);
const functions = new Map();
const requests = [];

class CustomFunctionsError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const world = {
  console: { log() {}, info() {}, error() {} },
  crypto, setTimeout, Map, Set,
  window: { location: { origin: order.origin } },
  config: order.config,
  xlwings: { getCultureInfoName: async () => "zh-CN", getDateFormat: async () => "yyyy/m/d" },
  Office: {
    onReady: async (then) => then?.({}),
    context: { requirements: { isSetSupported: (set, version) => Number(version) <= Number(order.runtime) } },
  },
  Excel: { RequestContext: class { workbook = { name: "计划.xlsx", load() {} }; async sync() {} } },
  CustomFunctions: {
    associate: (id, call) => functions.set(id, call),
    Error: CustomFunctionsError,
    ErrorCode: { invalidValue: "#VALUE!", notAvailable: "#N/A" },
  },
  xwRequest: {
    async post(url, body, { headers }) {
      const response = await fetch(url, { method: "POST", body: JSON.stringify(body), headers });
      requests.push(response.status);
      const text = await response.text();
      let data = text;
      try { data = JSON.parse(text); } catch { /* a plain sentence */ }
      if (response.ok) return { data };
      throw Object.assign(new Error(response.statusText), { response: { status: response.status, data } });
    },
  },
};
world.globalThis = world;
vm.runInNewContext(await served.text(), world);

const answers = [];
for (const { function: id, arguments: given } of order.calls) {
  const before = requests.length;
  const answer = {};
  try {
    answer.value = await functions.get(id)(...given, { address: "Sheet1!A1" });
  } catch (error) {
    answer.error = error instanceof CustomFunctionsError ? error.code : String(error);
    answer.message = error.message;
  }
  answers.push({ ...answer, requests: requests.slice(before) });
}
console.log(JSON.stringify({ names: [...functions.keys()], answers }));
