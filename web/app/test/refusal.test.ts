import { expect, it } from "vitest";
import { refusalFrom } from "../src/api/refusal.ts";

it("reads a denial's code and message", async () => {
  const refusal = await refusalFrom(Response.json({ message: "Taken.", code: "LIST_NAME_TAKEN" }, { status: 409 }));
  expect(refusal).toMatchObject({ status: 409, code: "LIST_NAME_TAKEN", message: "Taken." });
});

it("names the fields of a validation error", async () => {
  const detail = [{ type: "string_too_long", loc: ["body", "due_date"], msg: "Input should be a valid date" }];
  const refusal = await refusalFrom(Response.json({ detail }, { status: 422 }));
  expect(refusal.message).toBe("Due date: Input should be a valid date.");
});

it("survives an answer that is not JSON", async () => {
  const refusal = await refusalFrom(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  expect(refusal).toMatchObject({ status: 502, code: undefined, message: "" });
});
