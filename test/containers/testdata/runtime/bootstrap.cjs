// Stands in for Lambda's runtime interface client for Node.js: asks for events and answers them.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/`;

async function main() {
  const [file, name] = process.env._HANDLER.split(".");
  const path = [".mjs", ".js"].map((end) => join(process.env.LAMBDA_TASK_ROOT, file + end)).find(existsSync);
  const { [name]: handler } = await import(path);
  for (;;) {
    const event = await fetch(api + "next");
    const answer = await handler(await event.json());
    const request = event.headers.get("lambda-runtime-aws-request-id");
    await fetch(`${api}${request}/response`, { method: "POST", body: JSON.stringify(answer) });
  }
}

main();
