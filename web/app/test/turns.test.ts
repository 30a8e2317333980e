import { expect, it } from "vitest";
import { createTurns } from "../src/pending/turns.ts";

/** Something under way, ended from outside. */
function work(name: string, log: string[]) {
  let end = () => {};
  let fail = () => {};
  const promise = new Promise<string>((resolve, reject) => {
    end = () => resolve(name);
    fail = () => reject(new Error(name));
  });
  const start = () => {
    log.push(name);
    return promise;
  };
  return { start, end: () => end(), fail: () => fail() };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

it("lets the second about a thing wait for the first, and others not", async () => {
  const log: string[] = [];
  const inTurn = createTurns();
  const [first, second, other] = [work("first", log), work("second", log), work("other", log)];
  const ended = [inTurn(["a", "b"], first.start), inTurn(["b"], second.start), inTurn(["c"], other.start)];
  await settle();
  expect(log).toEqual(["first", "other"]);
  first.end();
  await settle();
  expect(log).toEqual(["first", "other", "second"]);
  second.end();
  other.end();
  expect(await Promise.all(ended)).toEqual(["first", "second", "other"]);
});

it("lets the next one go after a failure, which is its caller's alone", async () => {
  const log: string[] = [];
  const inTurn = createTurns();
  const [first, second] = [work("first", log), work("second", log)];
  const failing = inTurn(["a"], first.start);
  const next = inTurn(["a"], second.start);
  await settle();
  first.fail();
  second.end();
  await expect(failing).rejects.toThrow("first");
  expect(await next).toBe("second");
});
