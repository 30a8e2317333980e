/** The server answered, and the answer was no. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    readonly code: string | undefined,
    message: string,
  ) {
    super(message);
  }
}

/** Reads both shapes of a refusal: Gatepost's `{message, code}` and FastAPI's `{detail: [{loc, msg}]}`. */
export async function refusalFrom(response: Response): Promise<Refusal> {
  const body: unknown = await response.json().catch(() => null);
  const code = textAt(body, "code");
  const message = textAt(body, "message") ?? validationMessage(body) ?? "";
  return new Refusal(response.status, code, message);
}

function validationMessage(body: unknown): string | undefined {
  const detail = at(body, "detail");
  if (typeof detail === "string") return detail;
  if (!Array.isArray(detail)) return undefined;
  return detail.map(fieldMessage).join(" ");
}

function fieldMessage(problem: unknown): string {
  const location = at(problem, "loc");
  const field = Array.isArray(location) ? location.at(-1) : undefined;
  // Pydantic says so in front of what the API's own checks say.
  const words = textAt(problem, "msg")?.replace(/^Value error, /, "") ?? "is not valid";
  return typeof field === "string" ? `${sentenceCase(field)}: ${words}.` : `${words}.`;
}

const sentenceCase = (name: string): string => {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function textAt(value: unknown, key: string): string | undefined {
  const found = at(value, key);
  return typeof found === "string" ? found : undefined;
}
