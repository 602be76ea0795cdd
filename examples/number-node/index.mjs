// The demo function functions/number in Node.js: a fact about a number, from a
// numbers service (NUMBERS_API_URL, default http://numbersapi.com).
//
//   POST {"number": 5, "type": "trivia"}
//   200  Running on:aarch64 - 5 is ...
//   400  {"error": "..."} where the request is wrong
//   502  {"error": "..."} where the numbers service is
import os from "node:os";

const types = ["trivia", "math", "date", "year"];
const timeout = 25_000; // ms; an HTTP API gives up after 30 s

export async function handler(event) {
  let question;
  try {
    question = parse(event);
  } catch (error) {
    return json(400, { error: error.message });
  }
  try {
    const fact = await ask(question);
    return response(200, "text/plain; charset=utf-8", `Running on:${os.machine()} - ${fact}`);
  } catch (error) {
    console.error(error.message); // says what the service did, never what was asked
    return json(502, { error: error.message });
  }
}

function parse(event) {
  const body = event.isBase64Encoded ? Buffer.from(event.body, "base64").toString() : event.body;
  let question;
  try {
    question = JSON.parse(body);
  } catch {
    question = null;
  }
  if (question === null || typeof question !== "object") {
    throw new Error('body: want JSON such as {"number": 5, "type": "trivia"}');
  }
  if (!Number.isSafeInteger(question.number)) throw new Error("number: want a whole number");
  if (!types.includes(question.type)) throw new Error(`type: want one of ${types.join(", ")}`);
  return question;
}

async function ask({ number, type }) {
  const base = (process.env.NUMBERS_API_URL || "http://numbersapi.com").replace(/\/+$/, "");
  let answer;
  try {
    answer = await fetch(`${base}/${number}/${type}`, { signal: AbortSignal.timeout(timeout) });
  } catch (error) {
    if (error.name === "TimeoutError") {
      throw new Error(`the numbers service did not answer within ${timeout / 1000} s`);
    }
    throw new Error("the numbers service cannot be reached");
  }
  if (answer.status !== 200) throw new Error(`the numbers service answered with status ${answer.status}`);
  return (await answer.text()).trim();
}

function json(status, value) {
  return response(status, "application/json", JSON.stringify(value));
}

function response(statusCode, contentType, body) {
  return { statusCode, headers: { "Content-Type": contentType }, body };
}
